using System.Diagnostics;
using Empir.Attacks;
using Empir.Evaluation;

namespace Empir.Benchmarks;

/// <summary>The adaptive protocol, each attack on what those before it left, against the same attacks one after another on all images.</summary>
internal static class AdaptiveBenchmark
{
    private const int Images = 10;

    private const double Goal = 3;

    private static readonly double[] Radii = [0.3];

    public static IEnumerable<string> Run()
    {
        var (ensemble, test) = (TrainedFashion.Ensemble, TrainedFashion.TestSet);
        yield return FormattableString.Invariant(
            $"The first {Images} test images, published parameters, one run each. The goal is to be at least {Goal} times as fast.");
        yield return "Where nothing is left, sharing is worth most: where a share s of the images survives everything, it is worth at most 1/s.";
        yield return "";
        yield return "| epsilon | on what is left, seconds | on all images, seconds | times as fast | attacks tried | left: members; ensemble |";
        yield return "|---|---|---|---|---|---|";
        foreach (var radius in Radii)
        {
            var settings = new EvaluationSettings(ThreatModel.Linf(radius), [ProtocolName.Adaptive], Images) { AtUsualRadius = false };
            var (left, shared) = Measure(settings);
            var (all, alone) = Measure(settings with { Exhaustive = true });
            var ratio = alone / shared;
            yield return FormattableString.Invariant(
                $"| {radius} | {shared:F1} | {alone:F1} | {ratio:F1} ({(ratio >= Goal ? "met" : "missed")}) | {Tried(left)} of {Tried(all)} | {Left(left)}{(Left(left) == Left(all) ? "" : $", on all images {Left(all)}")} |");
        }

        (ProtocolResult Result, double Seconds) Measure(EvaluationSettings settings)
        {
            var watch = Stopwatch.StartNew();
            var report = new Evaluator(ensemble, seed: 1).Run(settings, test);
            return (report.Protocols[0], watch.Elapsed.TotalSeconds);
        }
    }

    // An attack on an image, summed over rows and systems.
    private static int Tried(ProtocolResult result) => result.Rows.Sum(row => row.Cells.Sum(cell => cell.Tried));

    private static string Left(ProtocolResult result)
    {
        var counts = result.Rows[^1].Cells.Select(cell => cell.Right.Count(image => image == '1')).ToArray();
        return FormattableString.Invariant($"{string.Join(", ", counts.SkipLast(1))}; {counts[^1]}");
    }
}
