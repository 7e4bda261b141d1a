using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>
/// The logarithm of all members' mean probability: cross-entropy of it is -log of the mean probability of the label, the
/// loss Tramer et al. (arXiv 2002.08347, section 12) break EMPIR with. Computed in the log domain, so nothing underflows.
/// </summary>
/// <inheritdoc cref="EnsembleSurface(Ensemble)" />
public sealed class MeanProbabilitiesSurface(Ensemble ensemble) : EnsembleSurface(ensemble)
{
    /// <inheritdoc />
    public override string Name => "mean_probabilities";

    /// <inheritdoc />
    protected override Tensor Scores(Tensor logits, Tensor decisions)
    {
        using var logProbabilities = nn.functional.log_softmax(logits, -1);
        using var sum = logProbabilities.logsumexp(0);
        return sum.Sub(Math.Log(logits.shape[0]));
    }
}
