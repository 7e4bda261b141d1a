using Empir.CommandLine.Work;
using Empir.Data;
using Empir.Ensembles;
using Empir.Specs;
using Empir.Training;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>
/// What <c>zoo bench</c> measures, for FashionEmpir after an epoch on the embedded images, and for the ensembles on full datasets where
/// <c>zoo train</c> has left their members in artifacts/: with the kernels the cost model chooses, and with AVX2 alone.
/// </summary>
internal static class PackedBenchmark
{
    private const int Images = 1000;

    public static IReadOnlyList<EnsembleSpec> Specs { get; } = [FashionEmpir.Spec, FashionMnistEmpir.Spec, MnistEmpir.Spec, CifarEmpir.Spec, CifarRobust.Spec];

    public static IEnumerable<string> Run()
    {
        yield return Invariant($"Ratios are to the full-precision member in TorchSharp, 1 thread, batches of 128 test images; what `zoo bench` prints. Asked, files and decisions: on {Images:#,0} test images.");
        yield return "";
        yield return "| ensemble | kernels | all members | lazy vote | low-bit member alone, times as fast | lazy vote under PGD | asked: members in order (under PGD) | file to the full member's | decisions that differ | peak MiB, packed and TorchSharp's full member |";
        yield return "|---|---|---|---|---|---|---|---|---|---|";
        var details = new List<string>();
        foreach (var spec in Specs)
        {
            if (Load(spec) is not { } trained)
            {
                details.Add($"{spec.Name} is left out: its members or its data are not there; `zoo train {spec.Name}` makes them.");
                continue;
            }
            var (ensemble, images, labels) = trained;
            using var x = images;
            using var y = labels;
            foreach (var kernel in new[] { null, "avx2" })
            {
                var result = new Bench(spec, ensemble, new([1, 2], [1, 128], Kernel: kernel, UnderAttack: true), SelfProcess.Command)
                    .Run(x, y, Console.Error.WriteLine, CancellationToken.None);
                yield return Row(result);
                details.AddRange(Details(result));
            }
        }
        foreach (var line in details)
            yield return line;
    }

    private static string Row(BenchResult result)
    {
        var attacked = result.UnderAttack!;
        var memory = result.PeakMemoryMib is { } peak ? Invariant($"{peak.Packed:0} and {peak.TorchFull:0}") : "";
        return Invariant($"| {result.Ensemble} | {result.KernelAsked ?? "chosen"} | {result.RatioAllMembers:F3} | {result.RatioLazy:F3} | {result.SpeedupLowMember:F1} | {attacked.RatioLazy:F3} | {Shares(result.Asked)} ({Shares(attacked.Asked)}) | {result.FileRatio:F3} | {result.Mismatches} ({attacked.Mismatches} under PGD) | {memory} |");
    }

    private static IEnumerable<string> Details(BenchResult result)
    {
        yield return "";
        yield return $"| {result.Ensemble}, kernels {result.KernelAsked ?? "chosen"}: microseconds per image (ratio) | {string.Join(" | ", result.Measurements.Select(one => Invariant($"{one.Threads} thread{(one.Threads == 1 ? "" : "s")}, batch {one.Batch}")))} |";
        yield return $"|---|{string.Concat(result.Measurements.Select(_ => "---|"))}";
        foreach (var system in result.Measurements[0].Ratios.Keys)
            yield return $"| {BenchSystems.Words(system)} | {string.Join(" | ", result.Measurements.Select(one => Invariant($"{one.MicrosecondsPerImage[system]:F1} ({one.Ratios[system]:F3})")))} |";
        yield return "";
        yield return "Kernels: " + string.Join("; ", result.Kernels.SelectMany(member => member.Value.Values).GroupBy(kernel => kernel).Select(group => $"`{group.Key}` for {group.Count()} layers")) + ".";
    }

    private static string Shares(IReadOnlyDictionary<string, double> asked) => string.Join(", ", asked.Values.Select(share => Invariant($"{share:P0}")));

    private static (Ensemble Ensemble, Tensor Images, Tensor Labels)? Load(EnsembleSpec spec)
    {
        if (spec == FashionEmpir.Spec)
        {
            var (images, labels) = TrainedFashion.Test(Images);
            return (TrainedFashion.Ensemble, images, labels);
        }
        var output = new OutputFolder(Path.Combine("artifacts", spec.Name));
        if (!spec.Card.Members.All(member => File.Exists(output.Checkpoint(member.Name))))
            return null;
        try
        {
            using var data = DatasetCatalogue.Default.Load(spec.Training.Dataset, new DatasetLocation());
            var (images, labels) = data.Test.Range(0, Images, CPU);
            var ensemble = spec.Create();
            foreach (var (card, member) in spec.Card.Members.Zip(ensemble.Members))
                Checkpoint.ReadWeights(output.Checkpoint(card.Name), member);
            return (ensemble, images, labels);
        }
        catch (MissingDataException)
        {
            return null;
        }
    }
}
