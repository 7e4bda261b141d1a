using Empir.Attacks;
using Empir.Modules;
using Empir.Surfaces;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>PGD-40 against a loop written by hand, and both against the floor: bare forward and backward passes of the same number.</summary>
internal static class AttackBenchmark
{
    private const int Batch = 100, Rounds = 3, Steps = 40;
    private const double Epsilon = 0.3, StepSize = 0.01, Goal = 1.1;

    public static IEnumerable<string> Run()
    {
        var ensemble = TrainedFashion.Ensemble;
        var (images, labels) = TrainedFashion.Test(Batch);
        using var _ = images;
        using var __ = labels;
        yield return Invariant($"PGD-{Steps} on the first {Batch} test images, members trained for one epoch. The floor is {Steps} forward and backward passes alone, weights");
        yield return Invariant($"quantised once; the naive loop is `NaivePgd.cs`. Ratios are to the floor; the goal is {Goal} for PGD that takes every image to its last step.");
        yield return "";
        yield return "| attacked | floor, seconds per 1,000 images | naive loop | PGD, every image to its last step | goal | PGD as used: broken images leave |";
        yield return "|---|---|---|---|---|---|";
        var steps = new List<string>();
        foreach (var (name, surface, naive) in Attacked(ensemble))
        {
            var seconds = Timing.Medians(Rounds,
                () => Floor(surface, images),
                () => Naive(naive, images, labels),
                () => Attack(surface, images, labels, Iterate.Last),
                () => Attack(surface, images, labels, Iterate.Best),
                () => Frozen(surface, () => Naive(naive, images, labels)));
            var floor = seconds[0];
            yield return Invariant($"| {name} | {floor * 1000 / Batch:F1} | {seconds[1] / floor:F2} | {seconds[2] / floor:F2} | at most {Goal}: {(seconds[2] / floor <= Goal ? "met" : "missed")} | {seconds[3] / floor:F2} |");
            steps.Add(Invariant($"| {name} | {seconds[4] / seconds[1]:F2} | {seconds[2] / seconds[4]:F2} | {seconds[3] / seconds[2]:F2} |"));
        }
        yield return "";
        yield return "What each measure gives, as the time with it over the time without it, each on top of those before; the allocator's share is below.";
        yield return "";
        yield return "| attacked | weights quantised once | temporaries freed early, steps in place | broken images leave |";
        yield return "|---|---|---|---|";
        foreach (var line in steps)
            yield return line;
    }

    public static void Attack(Surface surface, Tensor images, Tensor labels, Iterate iterate) =>
        new Pgd { Steps = Steps, StepSize = StepSize, Iterate = iterate }.Run(surface, ThreatModel.Linf(Epsilon), images, labels).Dispose();

    /// <summary>Forward and backward passes and nothing else.</summary>
    private static void Floor(Surface surface, Tensor images) => Frozen(surface, () =>
    {
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var leaf = images.detach().requires_grad_(true);
            using var value = surface.Evaluate(leaf);
            _ = autograd.grad([value.Scores.sum()], [leaf]);
        }
    });

    private static IEnumerable<(string Name, Surface Surface, Func<Tensor, Tensor, Tensor> Loss)> Attacked(FashionEmpir ensemble)
    {
        foreach (var (name, member) in new (string, Classifier)[] { ("full", ensemble.Full), ("low_a (w2 a4)", ensemble.LowA) })
            yield return (name, new ClassifierSurface(member, name), (x, y) => nn.functional.cross_entropy(member.call(x), y));
        yield return ("ensemble, mean_probabilities", new MeanProbabilitiesSurface(ensemble), (x, y) =>
            nn.functional.nll_loss(stack(ensemble.Members.Select(member => nn.functional.softmax(member.call(x), -1))).mean([0]).log(), y));
    }

    private static void Naive(Func<Tensor, Tensor, Tensor> loss, Tensor images, Tensor labels) =>
        NaivePgd.Run(x => loss(x, labels), images, Epsilon, StepSize, Steps);

    private static void Frozen(Surface surface, Action action)
    {
        using var frozen = surface.Freeze();
        action();
    }
}
