using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// Momentum iterative method: BIM along a running sum of gradients, each brought to unit mean first, which transfers
/// better (Dong et al., arXiv 1710.06081, algorithm 1).
/// </summary>
public sealed record MiFgsm : Attack
{
    /// <inheritdoc />
    public override string Name => "MI-FGSM";

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>Length of one step in the threat's norm; null for the radius divided by the steps, as in the paper.</summary>
    public double? StepSize { get; init; }

    /// <summary>Share of the momentum that is kept from step to step.</summary>
    public double Decay { get; init; } = 1;

    /// <summary>Which image is returned.</summary>
    public Iterate Iterate { get; init; } = Iterate.Best;

    /// <inheritdoc />
    public override int GradientSteps => Steps;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run) =>
        new Ascent(Loss.CrossEntropy, Steps, StepSize ?? 1.0 / Steps, InRadii: StepSize is null, Iterate, Decay)
            .Run(run, null).Best;
}
