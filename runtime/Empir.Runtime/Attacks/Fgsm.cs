using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>Fast gradient sign method: one step of epsilon (Goodfellow et al., arXiv 1412.6572).</summary>
public sealed record Fgsm : Attack
{
    /// <inheritdoc />
    public override string Name => "FGSM";

    /// <inheritdoc />
    public override Norm Norm => Norm.Linf;

    /// <summary>Which image is returned; with <see cref="Iterate.Best" /> an image that is broken already stays as it is.</summary>
    public Iterate Iterate { get; init; } = Iterate.Best;

    /// <inheritdoc />
    public override int GradientSteps => 1;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run) => SignedAscent.Run(run, null, 1, run.Threat.Epsilon, Iterate);
}
