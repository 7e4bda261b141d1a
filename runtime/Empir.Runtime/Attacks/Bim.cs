using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>Basic iterative method: many small FGSM steps from the image itself (Kurakin et al., arXiv 1607.02533).</summary>
public sealed record Bim : Attack
{
    /// <inheritdoc />
    public override string Name => "BIM";

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 40;

    /// <summary>Length of one step in the threat's norm: in Linf, the change of a pixel.</summary>
    public double StepSize { get; init; } = 0.01;

    /// <summary>Which image is returned.</summary>
    public Iterate Iterate { get; init; } = Iterate.Best;

    /// <inheritdoc />
    public override int GradientSteps => Steps;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run) =>
        new Ascent(Loss.CrossEntropy, Steps, StepSize, InRadii: false, Iterate).Run(run, null).Best;
}
