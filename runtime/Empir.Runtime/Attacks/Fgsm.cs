using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// Fast gradient method: one step to the ball's edge (Goodfellow et al., arXiv 1412.6572), or from a random start in the
/// ball (Wong et al., arXiv 2001.03994, who step 1.25 times the radius and project).
/// </summary>
public sealed record Fgsm : Attack
{
    /// <inheritdoc />
    public override string Name => RandomStart ? "FGSM-RS" : "FGSM";

    /// <summary>Whether the start is uniform in the ball rather than the image.</summary>
    public bool RandomStart { get; init; }

    /// <summary>The step in radii.</summary>
    public double StepFactor { get; init; } = 1;

    /// <summary>Which image is returned; with <see cref="Iterate.Best" /> an image that is broken already stays as it is.</summary>
    public Iterate Iterate { get; init; } = Iterate.Best;

    /// <inheritdoc />
    public override int GradientSteps => 1;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run) =>
        new Ascent(Loss.CrossEntropy, 1, StepFactor, InRadii: true, Iterate)
            .Run(run, RandomStart ? run.RandomStart(0) : null).Best;
}
