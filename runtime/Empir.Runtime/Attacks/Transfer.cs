using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// An attack crafted on one surface and judged by another, the one it is run on: what carries over from a network the
/// attacker has to one that is only queried.
/// </summary>
/// <param name="Attack">The attack.</param>
/// <param name="Source">What it differentiates, and whose decision it changes; not owned.</param>
public sealed record Transfer(Attack Attack, Surface Source) : Attack
{
    /// <inheritdoc />
    public override string Name => $"{Attack.Name} from {Source.Name}";

    /// <inheritdoc />
    public override int GradientSteps => Attack.GradientSteps;

    /// <inheritdoc />
    public override bool Supports(Norm norm) => Attack.Supports(norm);

    /// <inheritdoc />
    public override bool SupportsTargets() => Attack.SupportsTargets();

    /// <inheritdoc />
    internal override bool JoinsImages => Attack.JoinsImages;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        using var frozen = Source.Freeze();
        return Perturb(Attack, run.On(Source));
    }
}
