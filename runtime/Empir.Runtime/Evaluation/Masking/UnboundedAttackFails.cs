namespace Empir.Evaluation;

/// <summary>
/// PGD in a ball that holds the whole box, and so an image of every class, does not break everything (Athalye et al., arXiv
/// 1802.00420, section 3.1; Pintor et al., arXiv 2106.09947: failure of the unconstrained attack).
/// </summary>
internal sealed class UnboundedAttackFails : MaskingSign
{
    public override string Name => "unbounded_attack_fails";

    protected override (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs)
    {
        var (radius, left) = runs.Growing[^1];
        var tripped = runs.Counts(left);
        return (
            tripped,
            $"PGD without any bound leaves {runs.Of(left)}"
                + (tripped ? ": images of every class are in its reach, so it is the attack that fails." : "."),
            [new("left without a bound", left), new("radius that holds the box", radius)]);
    }
}
