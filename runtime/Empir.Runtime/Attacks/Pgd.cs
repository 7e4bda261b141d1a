using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>Projected gradient descent from a random start in the ball (Madry et al., arXiv 1706.06083).</summary>
public sealed record Pgd : Attack
{
    /// <inheritdoc />
    public override string Name => "PGD";

    /// <summary>What is climbed.</summary>
    public Loss Loss { get; init; } = Loss.CrossEntropy;

    /// <summary>Gradient steps of each start.</summary>
    public int Steps { get; init; } = 40;

    /// <summary>Length of the first step in the threat's norm: in Linf, the change of a pixel.</summary>
    public double StepSize { get; init; } = 0.01;

    /// <summary>How the steps' length changes.</summary>
    public StepSchedule Schedule { get; init; } = StepSchedule.Constant;

    /// <summary>Random starts; each after the first attacks only what is not broken yet. The last iterate is the first start's.</summary>
    public int Restarts { get; init; } = 1;

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
    public override int GradientSteps => Restarts * Steps;

    /// <summary>Steps that together are 2.5 radii long, which reach the ball's far side from any start, as in Madry's own code.</summary>
    internal static Pgd Across(ThreatModel threat, long pixels, int steps) =>
        new() { Steps = steps, StepSize = 2.5 * Math.Min(threat.Epsilon, threat.BoxRadius(pixels)) / steps };

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        var ascent = new Ascent(Loss, Steps, StepSize, InRadii: false, Iterate) { Schedule = Schedule };
        return Restart.Run(run, RandomStart ? Restarts : 1, (rest, draw) =>
            ascent.Run(rest, RandomStart ? rest.RandomStart(draw, ClipStart || Iterate == Iterate.Best) : null)).Best;
    }
}
