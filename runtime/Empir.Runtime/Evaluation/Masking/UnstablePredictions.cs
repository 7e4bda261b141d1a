using static System.FormattableString;

namespace Empir.Evaluation;

/// <summary>
/// The margin changes from point to point, whatever the direction: the slope at a point says little about the next (Pintor et al.,
/// arXiv 2106.09947, unstable predictions: the mean relative change of the loss over 100 random directions in a cube 8/255 wide). The
/// loss is the margin: cross-entropy is next to zero where a network is sure, and its relative change then says nothing.
/// </summary>
internal sealed class UnstablePredictions : MaskingSign
{
    // Ours: three times and more what sound networks measure, 0.01 to 0.03 on the ensembles of docs/masking.md.
    private const double MostChange = 0.1;

    public override string Name => "unstable_predictions";

    protected override (bool Tripped, string Finding, MaskingFigure[] Evidence) Judge(MaskingRuns runs)
    {
        var mean = runs.Change.Average();
        // The mean alone would let a few images at the boundary decide, where any change is large.
        var unstable = runs.Change.Count(change => change > MostChange);
        var tripped = mean > MostChange && 2 * unstable > runs.Count;
        return (
            tripped,
            Invariant($"Random directions nearby change the margin by {100 * mean:0.0} % on average, by more than {100 * MostChange:0} % on {runs.Of(unstable)}")
                + (tripped ? ": the surface is too rough for a gradient to say where it leads." : "."),
            [new("mean relative change of the margin", mean), new("changed by more than a tenth", unstable)]);
    }
}
