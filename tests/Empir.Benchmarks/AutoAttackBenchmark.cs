using Empir.Attacks;
using Empir.Surfaces;
using static System.FormattableString;

namespace Empir.Benchmarks;

/// <summary>AutoAttack's standard set on the ensemble, each attack on what is left, against the same attacks each on all images.</summary>
internal static class AutoAttackBenchmark
{
    // A radius at which the first attack does not break every image.
    private const double Epsilon = 0.05;
    private const int Images = 10, Rounds = 1;

    public static IEnumerable<string> Run()
    {
        var surface = new MeanProbabilitiesSurface(TrainedFashion.Ensemble);
        var (images, labels) = TrainedFashion.Test(Images);
        using var _ = images;
        using var __ = labels;
        var (gradients, left) = (0L, 0);
        var set = new AutoAttack();
        var seconds = Timing.Rounds(Rounds, 0,
            () =>
            {
                using var result = set.Run(surface, ThreatModel.Linf(Epsilon), images, labels);
                (gradients, left) = (result.Backwards, (int)result.Success.logical_not().sum().ToInt64());
            },
            () =>
            {
                foreach (var attack in set.Attacks)
                    attack.Run(surface, ThreatModel.Linf(Epsilon), images, labels).Dispose();
            });
        yield return Invariant($"AutoAttack's standard set with its published parameters on the ensemble, mean_probabilities, Linf {Epsilon}, {Images} images, {left} of them left at the end.");
        yield return "";
        yield return "| run | seconds | ratio |";
        yield return "|---|---|---|";
        yield return Invariant($"| its four attacks, each on all images | {seconds[1][0]:F1} | 1 |");
        yield return Invariant($"| the set: each attack on what is left ({gradients} gradients of an image) | {seconds[0][0]:F1} | {seconds[0][0] / seconds[1][0]:F2} |");
    }
}
