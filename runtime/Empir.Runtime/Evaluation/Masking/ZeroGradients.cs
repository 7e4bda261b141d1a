namespace Empir.Evaluation;

/// <summary>
/// Gradients that are zero, missing or not finite: an attack that follows them stands still (Athalye et al., arXiv 1802.00420:
/// shattered and vanishing gradients; AutoAttack warns of any zero gradient at DLR's start; Pintor et al., arXiv 2106.09947:
/// unavailable gradients).
/// </summary>
internal sealed class ZeroGradients : MaskingSign
{
    public override string Name => "zero_gradients";

    protected override (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs)
    {
        var (clean, start) = (runs.Gaps.Clean.Count(gap => gap), runs.Gaps.Start.Count(gap => gap));
        var either = runs.Gaps.Clean.Zip(runs.Gaps.Start).Count(gap => gap.First || gap.Second);
        var tripped = runs.Counts(either);
        return (
            tripped,
            tripped ? $"{runs.Of(either)} have a gradient that is zero, missing or not finite: attacks that follow it stand still there."
            : either > 0 ? $"{runs.Of(either)} have a gradient that is zero, missing or not finite: too few to matter."
            : $"All {runs.Count} images have a gradient to follow.",
            [new("without a gradient of the cross-entropy at the image", clean), new("without a gradient of the DLR at a random start", start)]);
    }
}
