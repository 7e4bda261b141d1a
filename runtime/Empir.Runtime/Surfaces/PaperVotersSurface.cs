using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>
/// What FGSM and PGD differentiate in EMPIR's released code: the mean probability of those members only that voted for
/// the decided class, taken as if it were logits, so a loss applies softmax a second time. Who voted is not differentiated.
/// It is kept to reproduce the paper's numbers; it is weaker than <see cref="MeanProbabilitiesSurface" />.
/// </summary>
public sealed class PaperVotersSurface : EnsembleSurface
{
    /// <param name="ensemble">A majority ensemble whose ties go to a full-precision member; not owned.</param>
    /// <exception cref="UserErrorException">The ensemble is fused by another rule.</exception>
    public PaperVotersSurface(Ensemble ensemble) : base(ensemble)
    {
        if (ensemble.Fusion is not Majority { TieBreak: { } member } || !ensemble.Members[member].Card.IsFullPrecision)
            throw new UserErrorException(
                $"The paper's protocol is defined for majority votes with ties to a full-precision member, and {ensemble.Card.Name} is fused by {ensemble.Card.Fusion}. Use protocol white_box.");
    }

    /// <inheritdoc />
    public override string Name => "paper_voters";

    /// <inheritdoc />
    protected override Tensor Scores(Tensor logits, Tensor decisions)
    {
        using var scope = NewDisposeScope();
        var agrees = logits.detach().argmax(-1).eq(decisions).to(logits.dtype);        // [M, N]
        var shares = (agrees / agrees.sum([0])).unsqueeze(-1);                            // [M, N, 1]
        return (logits.softmax(-1) * shares).sum([0]).MoveToOuterDisposeScope();
    }
}
