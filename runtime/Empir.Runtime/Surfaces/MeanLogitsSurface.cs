using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>The mean of all members' logits.</summary>
/// <inheritdoc cref="EnsembleSurface(Ensemble)" />
public sealed class MeanLogitsSurface(Ensemble ensemble) : EnsembleSurface(ensemble)
{
    /// <inheritdoc />
    public override string Name => "mean_logits";

    /// <inheritdoc />
    protected override Tensor Scores(Tensor logits, Tensor decisions) => logits.mean([0]);
}
