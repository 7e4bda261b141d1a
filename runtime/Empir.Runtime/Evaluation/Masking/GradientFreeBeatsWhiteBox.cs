namespace Empir.Evaluation;

/// <summary>
/// Square, which sees scores only, breaks images that FGSM, PGD and APGD leave: an attacker who knows more should not find less (Athalye
/// et al., arXiv 1802.00420, section 3.1; AutoAttack warns from 0.2 points of accuracy, two images of a thousand).
/// </summary>
internal sealed class GradientFreeBeatsWhiteBox : MaskingSign
{
    public override string Name => "gradient_free_beats_white_box";

    protected override (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs)
    {
        var (left, square) = (runs.Left.Count(left => left), runs.Square.Count(broken => broken));
        var tripped = runs.Counts(square);
        return (
            tripped,
            $"Within {runs.Ball} FGSM, PGD and APGD leave {runs.Of(left)}; Square, without gradients, breaks {square} of those"
                + (tripped ? ": knowing the gradients is worth less than not knowing them." : "."),
            [new("left by FGSM, PGD and APGD", left), new("of those broken by Square", square), new("queries of Square", MaskingRuns.Queries)]);
    }
}
