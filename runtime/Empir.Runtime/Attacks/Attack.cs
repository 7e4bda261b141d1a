using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// An untargeted attack: an immutable value with its hyper-parameters. Running it moves each image away from its label
/// within the threat model.
/// </summary>
/// <example>
/// <code>
/// var attack = new Pgd { Steps = 40, StepSize = 0.01 };
/// var surface = new MeanProbabilitiesSurface(ensemble);
/// using var result = attack.Run(surface, ThreatModel.Linf(0.3), images, labels);
/// </code>
/// </example>
public abstract record Attack
{
    /// <summary>The attack's name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>The norm the attack works in.</summary>
    public abstract Norm Norm { get; }

    /// <summary>Gradients an image costs at most: the attack's price in a progress bar.</summary>
    public abstract int GradientSteps { get; }

    /// <summary>Attacks a batch. The result is scored by a forward pass of its own, and ball and box are checked for every image.</summary>
    /// <param name="surface">What is differentiated and decided.</param>
    /// <param name="threat">What the attacker may do.</param>
    /// <param name="images">[N, C, H, W] inside the threat's box; not changed.</param>
    /// <param name="labels">[N], the classes to move away from, 64-bit integers.</param>
    /// <param name="seed">Seed of the attack's randomness.</param>
    /// <param name="firstImage">Index of the first image in its dataset: an image's randomness follows it through any batching.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="ArgumentException">The threat's norm, the shapes or the pixel values do not fit.</exception>
    public AttackResult Run(
        Surface surface, ThreatModel threat, Tensor images, Tensor labels, long seed = 0, long firstImage = 0,
        CancellationToken cancellation = default)
    {
        Check(threat, images, labels);
        using var frozen = surface.Freeze();
        using var scope = NewDisposeScope();
        var run = new AttackRun(surface, threat, images.detach(), labels, seed, firstImage, cancellation);
        var adversarial = images.shape[0] == 0 ? images.clone() : Perturb(run);
        return Score(run, adversarial);
    }

    /// <summary>The attack itself.</summary>
    /// <param name="run">Images, labels and everything the attack may ask; never empty.</param>
    /// <returns>The perturbed images, a new tensor.</returns>
    protected abstract Tensor Perturb(AttackRun run);

    private AttackResult Score(AttackRun run, Tensor adversarial)
    {
        using var _ = no_grad();
        var threat = run.Threat;
        var change = (adversarial - run.Images).flatten(1).to(ScalarType.Float64);
        var linf = change.shape[0] == 0 ? change.sum(1) : change.abs().amax([1]);
        var l2 = change.square().sum(1).sqrt();
        if (change.shape[0] > 0)
        {
            // A float32 pixel carries a rounding error of 6e-8 of its size.
            var slack = 1e-6 * Math.Max(1, Math.Max(Math.Abs(threat.Minimum), Math.Abs(threat.Maximum)));
            var distance = (threat.Norm == Norm.Linf ? linf : l2).max().ToDouble();
            var (lowest, highest) = (adversarial.min().ToDouble(), adversarial.max().ToDouble());
            if (!(distance <= threat.Epsilon * (1 + 1e-5) + slack) || !(lowest >= threat.Minimum - slack) || !(highest <= threat.Maximum + slack))
                throw new InvalidOperationException(
                    $"{Name} left its threat model: {threat.Norm} distance {distance} of {threat.Epsilon}, pixels {lowest} to {highest} of {threat.Minimum} to {threat.Maximum}.");
        }
        var success = change.shape[0] == 0 ? run.Labels.ne(run.Labels) : run.Surface.Decide(adversarial).ne(run.Labels);
        return new(
            adversarial.MoveToOuterDisposeScope(), success.MoveToOuterDisposeScope(),
            linf.MoveToOuterDisposeScope(), l2.MoveToOuterDisposeScope(), run.Forwards, run.Backwards);
    }

    private void Check(ThreatModel threat, Tensor images, Tensor labels)
    {
        if (threat.Norm != Norm)
            throw new ArgumentException($"{Name} works in {Norm}, not in {threat.Norm}.", nameof(threat));
        if (!(threat.Epsilon >= 0))
            throw new ArgumentException($"Epsilon is {threat.Epsilon}; it cannot be negative.", nameof(threat));
        if (images.dim() < 2 || labels.dim() != 1 || labels.shape[0] != images.shape[0] || labels.dtype != ScalarType.Int64)
            throw new ArgumentException(
                $"Images [{string.Join(", ", images.shape)}] need one 64-bit label each, not {labels.dtype} [{string.Join(", ", labels.shape)}].", nameof(labels));
        if (images.shape[0] == 0)
            return;
        using var _ = no_grad();
        using var lowest = images.min();
        using var highest = images.max();
        if (!(lowest.ToDouble() >= threat.Minimum && highest.ToDouble() <= threat.Maximum))
            throw new ArgumentException(
                $"Pixels from {lowest.ToDouble()} to {highest.ToDouble()} lie outside the box {threat.Minimum} to {threat.Maximum}.", nameof(images));
    }
}
