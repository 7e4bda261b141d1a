using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>
/// The sum of all members' margins, Σ_m (z_mc - max_{j≠c} z_mj) / (best - third-best score of m): every member pulls alike,
/// however large its logits are, where the loudest would drown the others in a mean of logits.
/// </summary>
/// <inheritdoc cref="EnsembleSurface(Ensemble)" />
public sealed class SumOfMarginsSurface(Ensemble ensemble) : EnsembleSurface(ensemble)
{
    /// <inheritdoc />
    public override string Name => "sum_of_margins";

    /// <inheritdoc />
    protected override Tensor Scores(Tensor logits, Tensor decisions)
    {
        using var margins = MemberMargins.Of(logits);
        return margins.sum([0]);
    }
}
