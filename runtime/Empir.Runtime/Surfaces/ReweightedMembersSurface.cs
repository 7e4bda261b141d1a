using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>
/// The members' log probabilities, those nearest to turning first: Σ_m w_m·log p_m(c) with w_m the softmax over the members of
/// -|γ_m|, and γ_m the member's margin for the decided class (<see cref="SumOfMarginsSurface" />). The weights follow the
/// image step by step and are not differentiated (in the spirit of MORA, Yu et al., NeurIPS 2022).
/// </summary>
/// <inheritdoc cref="EnsembleSurface(Ensemble)" />
public sealed class ReweightedMembersSurface(Ensemble ensemble) : EnsembleSurface(ensemble)
{
    /// <inheritdoc />
    public override string Name => "reweighted_members";

    /// <inheritdoc />
    protected override Tensor Scores(Tensor logits, Tensor decisions)
    {
        using var scope = NewDisposeScope();
        var decided = decisions.view(1, -1, 1).expand(logits.shape[0], -1, 1);
        var margins = MemberMargins.Of(logits.detach()).gather(2, decided);                // [M, N, 1]
        var weights = (-margins.abs()).softmax(0);
        return (logits.log_softmax(-1) * weights).sum([0]).MoveToOuterDisposeScope();
    }
}
