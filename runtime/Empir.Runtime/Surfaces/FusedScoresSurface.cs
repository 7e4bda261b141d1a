using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>
/// The scores whose largest is the decision of a weighted or most-confident fusion: the log of the weighted sum of probabilities,
/// the weighted sum of logits, or the log of the largest probability that any member gives the class. A majority's are
/// <see cref="VoteMarginSurface" />'s, an average's <see cref="MeanProbabilitiesSurface" />'s or <see cref="MeanLogitsSurface" />'s.
/// </summary>
public sealed class FusedScoresSurface : EnsembleSurface
{
    /// <param name="ensemble">An ensemble with one of these fusions; not owned.</param>
    /// <exception cref="UserErrorException">The ensemble is fused by another rule.</exception>
    public FusedScoresSurface(Ensemble ensemble) : base(ensemble)
    {
        if (ensemble.Fusion is not (Weighted or MaxConfidence))
            throw new UserErrorException(
                $"Fused scores are those of a weighted sum or of the most confident member, and {ensemble.Card.Name} is fused by {ensemble.Card.Fusion}. Use vote_margin for a majority, mean_probabilities or mean_logits for an average.");
    }

    /// <inheritdoc />
    public override string Name => "fused_scores";

    /// <inheritdoc />
    protected override Tensor Scores(Tensor logits, Tensor decisions)
    {
        using var scope = NewDisposeScope();
        if (Ensemble.Fusion is not Weighted fusion)
            return logits.log_softmax(-1).amax([0]).MoveToOuterDisposeScope();
        var weights = tensor(fusion.Weights.ToArray(), dtype: logits.dtype, device: logits.device).view(-1, 1, 1);
        if (fusion.Of == FusedOutput.Logits)
            return (logits * weights).sum([0]).MoveToOuterDisposeScope();
        // The log domain keeps the gradient of what softmax has saturated; it has no place for a negative weight.
        var sum = fusion.Weights.All(weight => weight >= 0)
            ? logits.log_softmax(-1).Add(weights.log()).logsumexp(0)
            : (logits.softmax(-1) * weights).sum([0]);
        return sum.MoveToOuterDisposeScope();
    }
}
