using Empir.CommandLine.Work;
using Empir.Data;
using Empir.Ensembles;
using Empir.Specs;
using Empir.Training;
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
        foreach (var line in PackedPage.Head(Images))
            yield return line;
        var details = new List<string>();
        foreach (var spec in Specs)
        {
            if (Load(spec) is not { } trained)
            {
                details.Add($"{spec.Name} is left out: its members or its data are not there; `zoo train {spec.Name}` makes them.");
                continue;
            }
            var (ensemble, images, labels, classNames) = trained;
            using var x = images;
            using var y = labels;
            foreach (var kernel in new[] { null, "avx2" })
            {
                var result = new Bench(spec, ensemble, classNames, new([1, 2], [1, 128], Kernel: kernel, UnderAttack: true), SelfProcess.Command)
                    .Run(x, y, Console.Error.WriteLine, CancellationToken.None);
                yield return PackedPage.Row(result);
                details.AddRange(PackedPage.Details(result));
            }
        }
        foreach (var line in details)
            yield return line;
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
