using Empir.CommandLine.Work;
using Empir.Data;
using Empir.Ensembles;
using Empir.Specs;
using Empir.Training;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>
/// What <c>zoo bench</c> measures, for FashionEmpir after an epoch on the embedded images, and for the ensembles on full datasets where
/// <c>zoo train</c> has left their members in artifacts/: with the kernels the cost model chooses, and as a processor
/// without AVX-512 would, TorchSharp too: .NET and libtorch are kept from it for a whole process.
/// </summary>
internal static class PackedBenchmark
{
    public const string ChildArgument = "--packed-avx2";

    private const int Images = 1000;

    private static readonly Dictionary<string, string> WithoutAvx512 = new()
    {
        ["DOTNET_EnableAVX512"] = "0",
        ["ATEN_CPU_CAPABILITY"] = "avx2",
        ["ONEDNN_MAX_CPU_ISA"] = "AVX2",
    };

    public static IReadOnlyList<EnsembleSpec> Specs { get; } = [FashionEmpir.Spec, FashionMnistEmpir.Spec, MnistEmpir.Spec, CifarEmpir.Spec, CifarRobust.Spec];

    public static IEnumerable<string> Run()
    {
        foreach (var line in PackedPage.Head(Images))
            yield return line;
        var details = new List<string>();
        foreach (var spec in Specs)
        {
            if (Measure(spec, kernel: null) is not { } chosen)
            {
                details.Add($"{spec.Name} is left out: its members or its data are not there; `zoo train {spec.Name}` makes them.");
                continue;
            }
            using var child = SelfProcess.Start(SelfProcess.Command!, [ChildArgument, spec.Name], environment: WithoutAvx512);
            string[] avx2 = child.StandardOutput.ReadToEnd().Split('\n');
            child.WaitForExit();
            if (child.ExitCode != 0)
                throw new InvalidOperationException($"The process that measures {spec.Name} without AVX-512 ended with {child.ExitCode}.");
            yield return PackedPage.Row(chosen);
            yield return avx2[0];
            details.AddRange(PackedPage.Details(chosen));
            details.AddRange(avx2[1..^1]);
        }
        foreach (var line in details)
            yield return line;
    }

    /// <summary>The row and the details of one ensemble without AVX-512.</summary>
    /// <param name="name">The ensemble.</param>
    public static void RunChild(string name)
    {
        var result = Measure(Specs.First(spec => spec.Name == name), "avx2")!;
        foreach (var line in PackedPage.Details(result).Prepend(PackedPage.Row(result)))
            Console.WriteLine(line);
    }

    private static BenchResult? Measure(EnsembleSpec spec, string? kernel)
    {
        if (Load(spec) is not { } trained)
            return null;
        var (ensemble, images, labels, classNames) = trained;
        using var x = images;
        using var y = labels;
        return new Bench(spec, ensemble, classNames, new([1, 2], [1, 128], Kernel: kernel, UnderAttack: true), SelfProcess.Command)
            .Run(x, y, Console.Error.WriteLine, CancellationToken.None);
    }

    private static (Ensemble Ensemble, Tensor Images, Tensor Labels, IReadOnlyList<string> ClassNames)? Load(EnsembleSpec spec)
    {
        if (spec == FashionEmpir.Spec)
        {
            var (images, labels) = TrainedFashion.Test(Images);
            return (TrainedFashion.Ensemble, images, labels, TrainedFashion.TestSet.Classes);
        }
        var output = new OutputFolder(Path.Combine("artifacts", spec.Name));
        if (!spec.Card.Members.All(member => File.Exists(output.Checkpoint(member.Name))))
            return null;
        try
        {
            using var data = DatasetCatalogue.Default.Load(spec.Training.Dataset, new DatasetLocation());
            var (images, labels) = data.Test.Range(0, Images, CPU);
            var ensemble = spec.Create();
            Checkpoint.ReadWeights(output.Folder, ensemble);
            return (ensemble, images, labels, data.Test.Classes);
        }
        catch (MissingDataException)
        {
            return null;
        }
    }
}
