using static System.FormattableString;

namespace Empir.Evaluation;

/// <summary>
/// The attack is stopped on its way: on the images it leaves, the loss still rises at its end (Pintor et al., arXiv 2106.09947,
/// incomplete optimisation: by more than 5 % of its range in the last 10 steps), or twice the steps break more (Carlini et al., arXiv
/// 1902.06705, section 5.2).
/// </summary>
internal sealed class LossStillMoving : MaskingSign
{
    private const double MostMoved = 0.05;

    public override string Name => "loss_still_moving";

    protected override (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs)
    {
        var unbroken = runs.Path.Moved.Where((_, image) => !runs.Path.Broken[image]).ToArray();
        var mean = unbroken.DefaultIfEmpty(0).Average();
        var later = runs.Path.BrokenLater.Count(broken => broken);
        // The mean alone would let one of few images decide.
        var moving = mean > MostMoved && runs.Counts(unbroken.Count(moved => moved > MostMoved));
        var tripped = moving || runs.Counts(later);
        return (
            tripped,
            unbroken.Length == 0
                ? $"PGD-{MaskingRuns.Steps} leaves no image whose loss could still move."
                : Invariant($"On the {unbroken.Length} images that PGD-{MaskingRuns.Steps} leaves, the last {AscentPath.LastSteps} steps bring {100 * mean:0.0} % of the loss's range; twice the steps break {later} more")
                    + (tripped ? ": the attack is stopped before it is done." : "."),
            [
                new($"left by PGD-{MaskingRuns.Steps}", unbroken.Length), new($"share of the loss's range in the last {AscentPath.LastSteps} steps", mean),
                new("broken by as many steps again", later),
            ]);
    }
}
