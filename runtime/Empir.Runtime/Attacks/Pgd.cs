using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>Projected gradient descent from a random start in the ball (Madry et al., arXiv 1706.06083).</summary>
public sealed record Pgd : Attack
{
    /// <inheritdoc />
    public override string Name => "PGD";

    /// <inheritdoc />
    public override Norm Norm => Norm.Linf;

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 40;

    /// <summary>Change of a pixel in one step, in the input's units.</summary>
    public double StepSize { get; init; } = 0.01;

    /// <summary>Whether the start is uniform in the ball rather than the image.</summary>
    public bool RandomStart { get; init; } = true;

    /// <summary>
    /// Whether the random start is clipped to the box. The paper's released code clips only after the first step; with
    /// <see cref="Iterate.Best" /> the start itself may be returned, and is always clipped.
    /// </summary>
    public bool ClipStart { get; init; } = true;

    /// <summary>Which image is returned.</summary>
    public Iterate Iterate { get; init; } = Iterate.Best;

    /// <inheritdoc />
    public override int GradientSteps => Steps;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        if (!RandomStart)
            return SignedAscent.Run(run, null, Steps, StepSize, Iterate);
        var start = run.UniformNoise(run.Threat.Epsilon).add_(run.Images);
        if (ClipStart || Iterate == Iterate.Best)
            start.clamp_(run.Threat.Minimum, run.Threat.Maximum);
        return SignedAscent.Run(run, start, Steps, StepSize, Iterate);
    }
}
