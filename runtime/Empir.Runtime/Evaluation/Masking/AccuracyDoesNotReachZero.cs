using static System.FormattableString;

namespace Empir.Evaluation;

/// <summary>
/// As the radius grows, each attacked afresh, the accuracy stays up or rises again: a larger ball holds all that a smaller one does
/// (Athalye et al., arXiv 1802.00420, section 3.1; Carlini et al., arXiv 1902.06705, section 5.3). The ladder cannot show a rise,
/// because there what a smaller radius broke stays broken.
/// </summary>
internal sealed class AccuracyDoesNotReachZero : MaskingSign
{
    public override string Name => "accuracy_does_not_reach_zero";

    protected override (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs)
    {
        var growing = runs.Growing;
        var (worst, before) = growing.Select((at, i) => (At: at, Fewest: growing.Take(i + 1).MinBy(earlier => earlier.Left)))
            .MaxBy(pair => pair.At.Left - pair.Fewest.Left);
        var rises = runs.Counts(worst.Left - before.Left);
        var least = growing.MinBy(at => at.Left);
        var finding =
            rises ? Invariant($"PGD leaves {before.Left} images at radius {before.Radius:G4} and {worst.Left} at {worst.Radius:G4}: a larger ball holds the smaller one, so the attack loses its way.")
            : runs.Counts(least.Left) ? Invariant($"At no radius up to {growing[^1].Radius:G4} does PGD leave fewer than {runs.Of(least.Left)}: images of every class are in reach, so the attack fails.")
            : Invariant($"The accuracy falls with the radius, to {least.Left} of {runs.Count} images at {least.Radius:G4}.");
        return (rises || runs.Counts(least.Left), finding, [.. growing.Select(at => new MaskingFigure(Invariant($"left at radius {at.Radius:G4}"), at.Left))]);
    }
}
