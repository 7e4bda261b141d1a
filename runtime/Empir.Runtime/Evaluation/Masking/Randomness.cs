using static System.FormattableString;

namespace Empir.Evaluation;

/// <summary>
/// The same image gives different scores or decisions: an attack's gradient is of one draw and its success of another (AutoAttack's
/// check for randomised defences: five repetitions, scores further apart than 1e-4 of their length). No image is allowed it: without
/// randomness there is no chance to allow for.
/// </summary>
internal sealed class Randomness : MaskingSign
{
    private const double MostMoved = 1e-4;

    public override string Name => "randomness";

    protected override (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs)
    {
        var (otherwise, farthest) = (runs.Again.Otherwise.Count(one => one), runs.Again.Moved.Max());
        var tripped = otherwise > 0 || farthest > MostMoved;
        return (
            tripped,
            tripped
                ? Invariant($"Evaluated again, {runs.Of(otherwise)} are decided otherwise and scores move by up to {farthest:G3} of their length: attacks have to average over draws.")
                : $"Evaluated again, all {runs.Count} images give the same scores and decisions.",
            [new("decided otherwise", otherwise), new("largest relative change of the scores", farthest)]);
    }
}
