using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>Basic iterative method: many small FGSM steps from the image itself (Kurakin et al., arXiv 1607.02533).</summary>
public sealed record Bim : Attack
{
    /// <inheritdoc />
    public override string Name => "BIM";

    /// <inheritdoc />
    public override Norm Norm => Norm.Linf;

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 40;

    /// <summary>Change of a pixel in one step, in the input's units.</summary>
    public double StepSize { get; init; } = 0.01;

    /// <summary>Which image is returned.</summary>
    public Iterate Iterate { get; init; } = Iterate.Best;

    /// <inheritdoc />
    public override int GradientSteps => Steps;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run) => SignedAscent.Run(run, null, Steps, StepSize, Iterate);
}
