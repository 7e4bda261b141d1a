using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>
/// The vote itself as a margin. With g_m(c) the members' margins (<see cref="SumOfMarginsSurface" />), v_k(c) the k-th largest
/// of them over the members, so that v_k(c) &gt; 0 says that c has at least k votes, and τ what decides ties, class c scores
/// max over k of min( v_k(c), -max_{j≠c} v_{k+1}(j), min_{j≠c} max(-v_k(j), τ_c - τ_j) ):
/// it has k votes, no other has more, and each that has as many loses the tie. Positive exactly for the decided class. An
/// attack that climbs it moves only the members that are cheapest to turn, of three that vote alike the easier two.
/// </summary>
public sealed class VoteMarginSurface : EnsembleSurface
{
    private readonly int? tieBreak;

    /// <param name="ensemble">A majority ensemble; not owned. Costs memory for [N, C, C] numbers.</param>
    /// <exception cref="UserErrorException">The ensemble is fused by another rule.</exception>
    public VoteMarginSurface(Ensemble ensemble) : base(ensemble) =>
        tieBreak = ensemble.Fusion is Majority majority
            ? majority.TieBreak
            : throw new UserErrorException(
                $"A vote margin needs a majority vote, and {ensemble.Card.Name} is fused by {ensemble.Card.Fusion}. Use mean_probabilities or mean_logits.");

    /// <inheritdoc />
    public override string Name => "vote_margin";

    /// <inheritdoc />
    protected override Tensor Scores(Tensor logits, Tensor decisions)
    {
        using var scope = NewDisposeScope();
        var members = logits.shape[0];
        var votes = MemberMargins.Of(logits).sort(0, descending: true).Values;                    // v_k, [M, N, C]
        var tie = TieScores(logits);                                                              // τ, [N, C]
        var wins = tie.unsqueeze(2) - tie.unsqueeze(1);                                            // τ_c - τ_j, [N, C, C]
        var self = eye(tie.shape[1], dtype: ScalarType.Bool, device: tie.device);
        Tensor? scores = null;
        for (var k = 0; k < members; k++)
        {
            var beaten = maximum(-votes[k].unsqueeze(1), wins).MaskedFill(self, double.PositiveInfinity).amin([2]);
            var score = minimum(votes[k], beaten);
            if (k + 1 < members)
                score = minimum(score, -MemberMargins.BestOther(votes[k + 1]));
            scores = scores is null ? score : maximum(scores, score);
        }
        return scores!.MoveToOuterDisposeScope();
    }

    private Tensor TieScores(Tensor logits) => tieBreak is { } member
        ? logits[member] / MemberMargins.Scale(logits)[member]
        : logits.log_softmax(-1).logsumexp(0);
}
