using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>
/// One member's logits, decided by the whole ensemble: an attack follows that member's gradient until the fused decision is
/// changed. <see cref="ClassifierSurface" /> attacks the member for itself.
/// </summary>
public sealed class MemberSurface : EnsembleSurface
{
    private readonly int member;

    /// <param name="ensemble">The ensemble; not owned.</param>
    /// <param name="member">Index of the member.</param>
    public MemberSurface(Ensemble ensemble, int member) : base(ensemble)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(member);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(member, ensemble.Members.Count);
        this.member = member;
    }

    /// <inheritdoc />
    public override string Name => $"member_{Ensemble.Card.Members[member].Name}";

    /// <inheritdoc />
    protected override Tensor Scores(Tensor logits, Tensor decisions) => logits[member];
}
