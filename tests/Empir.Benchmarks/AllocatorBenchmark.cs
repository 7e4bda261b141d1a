using System.Globalization;
using Empir.Attacks;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>The same attack in fresh processes with and without allocator tuning, in turn: the setting holds for a whole process.</summary>
internal static class AllocatorBenchmark
{
    public const string ChildArgument = "--attack-once";

    private const int Rounds = 4;

    public static IEnumerable<string> Run()
    {
        var tuned = new List<double>();
        var untuned = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            tuned.Add(Child(null));
            untuned.Add(Child(new() { ["EMPIR_MALLOC"] = "default" }));
        }
        yield return "| allocator | PGD-40 on the ensemble, seconds per 100 images | ratio |";
        yield return "|---|---|---|";
        yield return $"| glibc's defaults (`EMPIR_MALLOC=default`) | {Timing.Median(untuned):F2} | 1 |";
        yield return $"| tuned at start-up | {Timing.Median(tuned):F2} | {Timing.Median([.. tuned.Zip(untuned, (with, without) => with / without)]):F2} (median of pairs) |";
    }

    /// <summary>One attack after a warm-up; prints its seconds.</summary>
    public static void RunChild()
    {
        using var ensemble = new FashionEmpir();
        using var images = rand(100, 1, 28, 28);
        using var labels = ensemble.Predict(images);
        var surface = new MeanProbabilitiesSurface(ensemble);
        var seconds = Timing.Medians(1, () => AttackBenchmark.Attack(surface, images, labels, Iterate.Last));
        Console.WriteLine(seconds[0].ToString("R", CultureInfo.InvariantCulture));
    }

    private static double Child(Dictionary<string, string>? environment)
    {
        using var child = SelfProcess.Start(SelfProcess.Command!, [ChildArgument], environment);
        return double.Parse(child.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }
}
