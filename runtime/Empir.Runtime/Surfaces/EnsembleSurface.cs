using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>A surface that combines all members' logits, decided by the ensemble's own fusion.</summary>
/// <param name="ensemble">The ensemble; not owned.</param>
public abstract class EnsembleSurface(Ensemble ensemble) : Surface
{
    /// <summary>The ensemble behind the surface.</summary>
    protected Ensemble Ensemble { get; } = ensemble;

    /// <inheritdoc />
    public sealed override SurfaceValue Evaluate(Tensor images)
    {
        using var logits = Ensemble.Logits(images);
        var decisions = Ensemble.Fusion.Decide(logits);
        return new(Scores(logits, decisions), decisions);
    }

    /// <inheritdoc />
    public sealed override IDisposable Freeze() => Ensemble.Freeze();

    /// <summary>Combines the members' logits into what losses read as logits.</summary>
    /// <param name="logits">[M, N, classes].</param>
    /// <param name="decisions">The ensemble's decisions, [N].</param>
    /// <returns>[N, classes].</returns>
    protected abstract Tensor Scores(Tensor logits, Tensor decisions);
}
