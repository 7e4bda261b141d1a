using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Empir.Benchmarks;

namespace Empir.CommandLine.Tests;

/// <summary>The results page's part on the packed engine: the table that is written, and the text beside it that people wrote.</summary>
public sealed partial class PackedPageTests
{
    [Fact]
    public void EveryRatioHasItsCounterpartAndEveryNumberItsImages()
    {
        var head = PackedPage.Head(1000).ToArray();

        var cells = Cells(head[2]).Zip(Cells(PackedPage.Row(Result()))).ToDictionary(cell => cell.First, cell => cell.Second);

        Assert.Contains("on the first 512 test images in batches of 128, on the first 64 one by one; asked and decisions: on 1,000.", head[0]);
        Assert.Equal(("0.690", "2.200"), (cells["all members"], cells["all members, to the packed full member"]));
        Assert.Equal(("0.480", "1.540"), (cells["lazy vote"], cells["lazy vote, to the packed full member"]));
        Assert.Equal(("5.5", "1.7"), (cells["low-bit member alone, times as fast"], cells["times as fast as the packed full member"]));
        Assert.Equal(("0.590", "1.870"), (cells["lazy vote under PGD"], cells["lazy vote under PGD, to the packed full member"]));
        Assert.Equal("153 of 200, 0.0314", cells["decided wrongly under PGD, epsilon"]);
    }

    [Fact]
    public void TheTextSaysWhatTheNumbersSay()
    {
        // Each ensemble on a full dataset, by the kernels and threads in a batch of 128.
        var measured = Measured().Where(one => one.Ensemble != "FashionEmpir").ToArray();
        var (cifar, mnist) = (Of("CifarEmpir", "CifarRobust"), Of("MnistEmpir", "FashionMnistEmpir"));

        // On CIFAR-10 TorchSharp's member is slower than the lazy vote, our own is faster, and faster than the two that are always asked.
        Assert.All(cifar, one => Assert.InRange(one.Lazy, one.PackedFull, 1));
        Assert.All(cifar, one => Assert.True(one.Low > one.PackedFull));
        // On MNIST and Fashion-MNIST the lazy vote is faster than either.
        Assert.All(mnist, one => Assert.True(one.Lazy < one.PackedFull && one.PackedFull < 1));
        // All members: within 1.20 with the chosen kernels and without AVX-512.
        Assert.All(measured, one => Assert.True(one.AllMembers <= 1.20));
        // The lazy vote: within 0.30 on MNIST, 0.40 on Fashion-MNIST, 0.60 on CIFAR-10, by one thread and by two.
        var chosen = measured.Where(one => one.Kernels == "chosen").ToArray();
        Assert.All(chosen, one => Assert.True(one.Lazy <= (one.Ensemble.StartsWith("Cifar", StringComparison.Ordinal) ? 0.60 : one.Ensemble == "MnistEmpir" ? 0.30 : 0.40)));
        Assert.All(chosen.Where(one => one is { Ensemble: "MnistEmpir", Threads: 1 }), one => Assert.InRange(one.Lazy, 0.287, 0.307));
        // How many times as fast the slower low member is: MNIST's seven times, CIFAR-10's four to five.
        var speeds = chosen.Where(one => one.Threads == 1).ToDictionary(one => one.Ensemble, one => 1 / one.SlowestLow);
        Assert.Equal(7, speeds["MnistEmpir"], 0);
        Assert.InRange(speeds["CifarRobust"], 3.95, 5.45);
        Assert.InRange(speeds["CifarEmpir"], 3.95, 5.45);
        Assert.All(Measured("batch 1").Where(one => one is { Ensemble: "MnistEmpir", Kernels: "chosen" }), one => Assert.True(1 / one.SlowestLow > 10));

        Ratios[] Of(params string[] ensembles)
        {
            Ratios[] found = [.. measured.Where(one => ensembles.Contains(one.Ensemble))];
            // Chosen kernels and AVX2, one thread and two.
            Assert.Equal(4 * ensembles.Length, found.Length);
            return found;
        }
    }

    private sealed record Ratios(string Ensemble, string Kernels, int Threads, double AllMembers, double Lazy, double PackedFull, double Low, double SlowestLow);

    // What the page says of batches of a size, as ratios to TorchSharp's full-precision member.
    private static IEnumerable<Ratios> Measured(string batch = "batch 128")
    {
        var lines = File.ReadAllLines(Page());
        for (var head = 0; head < lines.Length; head++)
            if (Title().Match(lines[head]) is { Success: true } title)
            {
                var systems = lines.Skip(head + 2).TakeWhile(line => line.StartsWith('|')).Select(Cells).ToDictionary(cells => cells[0], cells => cells[1..]);
                foreach (var (column, text) in Cells(lines[head])[1..].Index().Where(one => one.Item.EndsWith(batch, StringComparison.Ordinal)))
                {
                    double Ratio(string system) => double.Parse(systems[system][column].Split('(', ')')[1], CultureInfo.InvariantCulture);
                    yield return new(
                        title.Groups[1].Value, title.Groups[2].Value, int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture),
                        Ratio("packed: whole ensemble, all members always"), Ratio("packed: whole ensemble, lazy vote"),
                        Ratio("packed: full alone"), Ratio("packed: low_a alone") + Ratio("packed: low_b alone"), Math.Max(Ratio("packed: low_a alone"), Ratio("packed: low_b alone")));
                }
            }
    }

    private static BenchResult Result() => new()
    {
        Ensemble = "CifarEmpir",
        FullMember = "full",
        Headline = new(1, 128),
        RatioAllMembers = 0.69,
        RatioLazy = 0.48,
        RatioAllMembersToPackedFull = 2.2,
        RatioLazyToPackedFull = 1.54,
        SpeedupLowMember = 5.5,
        SpeedupLowMemberToPackedFull = 1.7,
        FileRatio = 1.777,
        Mismatches = 0,
        Images = 1000,
        Asked = new Dictionary<string, double>(),
        Kernels = new Dictionary<string, IReadOnlyDictionary<string, string>>(),
        KernelsAllMembers = new Dictionary<string, IReadOnlyDictionary<string, string>>(),
        KernelShares = [],
        KernelAsked = null,
        Environment = Machine.Here,
        Measurements = [],
        PeakMemoryMib = null,
        UnderAttack = new("PGD", 8 / 255.0, 200, 153, new Dictionary<string, double>(), 0.59, 1.87, 0),
    };

    private static string[] Cells(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];

    private static string Page([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "results.md");

    [GeneratedRegex(@"^\| (\w+), kernels (\w+): microseconds per image \(ratio\) \|")]
    private static partial Regex Title();
}
