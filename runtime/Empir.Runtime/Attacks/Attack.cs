using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// An attack: an immutable value with its hyper-parameters. Running it moves each image away from its label, or to a
/// target, within the threat model.
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

    /// <summary>
    /// Gradients an image costs at most: the attack's price in a progress bar. Three decisions of the surface without a
    /// gradient count as one.
    /// </summary>
    public abstract int GradientSteps { get; }

    /// <summary>Whether the attack works in a norm.</summary>
    /// <param name="norm">The norm.</param>
    public virtual bool Supports(Norm norm) => true;

    /// <summary>Whether the attack can be told which class to reach.</summary>
    public virtual bool SupportsTargets() => true;

    /// <summary>Whether what becomes of an image depends on the other images of its batch.</summary>
    internal virtual bool JoinsImages => false;

    /// <summary>Attacks a batch. The result is scored by a forward pass of its own, and ball and box are checked for every image.</summary>
    /// <param name="surface">What is differentiated and decided.</param>
    /// <param name="threat">What the attacker may do.</param>
    /// <param name="images">[N, C, H, W] inside the threat's box; not changed.</param>
    /// <param name="labels">[N], the classes to move away from, 64-bit integers.</param>
    /// <param name="seed">Seed of the attack's randomness.</param>
    /// <param name="indices">Each image's index in its dataset, which its randomness follows through any batching; from 0 if not given.</param>
    /// <param name="targets">[N], the classes to reach, 64-bit integers; any but the label if not given.</param>
    /// <param name="epsilons">[N], each image's own radius, in place of the threat's.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="ArgumentException">The threat's norm, the shapes or the pixel values do not fit, or the attack takes no targets.</exception>
    public AttackResult Run(
        Surface surface, ThreatModel threat, Tensor images, Tensor labels, long seed = 0, IReadOnlyList<long>? indices = null,
        Tensor? targets = null, Tensor? epsilons = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        Check(threat, images, labels, targets);
        indices ??= [.. Enumerable.Range(0, (int)images.shape[0])];
        if (indices.Count != images.shape[0])
            throw new ArgumentException($"{images.shape[0]} images need one index each, not {indices.Count}.", nameof(indices));
        var radii = Radii(threat, images.shape[0], epsilons);
        using var frozen = surface.Freeze();
        var run = new AttackRun(surface, threat, images.detach(), labels, targets, radii, indices, seed, cancellation);
        // Without images, or in balls of one point, there is nothing to search.
        var adversarial = radii.All(radius => radius == 0) ? images.clone() : Perturb(run);
        return Score(run, adversarial, radii);
    }

    /// <summary>The perturbed images alone, for training: nothing is checked, scored or counted.</summary>
    /// <param name="surface">What is differentiated.</param>
    /// <param name="threat">What the attacker may do.</param>
    /// <param name="images">[N, C, H, W] inside the threat's box; not changed.</param>
    /// <param name="labels">[N], the classes to move away from.</param>
    /// <param name="seed">Seed of the attack's randomness.</param>
    /// <param name="indices">Each image's index in its dataset.</param>
    internal Tensor Craft(Surface surface, ThreatModel threat, Tensor images, Tensor labels, long seed, long[] indices)
    {
        using var scope = NewDisposeScope();
        using var frozen = surface.Freeze();
        double[] radii = [.. Enumerable.Repeat(threat.Epsilon, indices.Length)];
        return Perturb(new AttackRun(surface, threat, images.detach(), labels, radii, indices, seed)).MoveToOuterDisposeScope();
    }

    /// <summary>The attack itself.</summary>
    /// <param name="run">Images, labels and everything the attack may ask; never empty.</param>
    /// <returns>The perturbed images, a new tensor.</returns>
    protected abstract Tensor Perturb(AttackRun run);

    /// <summary>Another attack on the same run, or on a part of it.</summary>
    /// <param name="attack">The attack.</param>
    /// <param name="run">What it may ask.</param>
    private protected static Tensor Perturb(Attack attack, AttackRun run) => attack.Perturb(run);

    private AttackResult Score(AttackRun run, Tensor adversarial, double[] radii)
    {
        using var _ = no_grad();
        var threat = run.Threat;
        var change = (adversarial - run.Images).flatten(1).to(ScalarType.Float64);
        var linf = change.shape[0] == 0 ? change.sum(1) : change.abs().amax([1]);
        var l2 = change.Square().sum(1).sqrt();
        if (change.shape[0] > 0)
        {
            // A float32 pixel carries a rounding error of 6e-8 of its size.
            var slack = 1e-6 * Math.Max(1, Math.Max(Math.Abs(threat.Minimum), Math.Abs(threat.Maximum)));
            double[] distances = [.. (threat.Norm == Norm.Linf ? linf : l2).cpu().data<double>()];
            var (lowest, highest) = (adversarial.min().ReadDouble(), adversarial.max().ReadDouble());
            var image = Array.FindIndex([.. distances.Zip(radii)], pair => !(pair.First <= pair.Second * (1 + 1e-5) + slack));
            if (image >= 0 || !(lowest >= threat.Minimum - slack) || !(highest <= threat.Maximum + slack))
                throw new InvalidOperationException(
                    $"{Name} left its threat model: {threat.Norm} distance {distances[Math.Max(0, image)]} of {radii[Math.Max(0, image)]}, pixels {lowest} to {highest} of {threat.Minimum} to {threat.Maximum}.");
        }
        var success = change.shape[0] == 0 ? run.Labels.ne(run.Labels) : run.Broken(run.Surface.Decide(adversarial));
        return new(
            adversarial.MoveToOuterDisposeScope(), success.MoveToOuterDisposeScope(),
            linf.MoveToOuterDisposeScope(), l2.MoveToOuterDisposeScope(), run.BrokenBy?.MoveToOuterDisposeScope(), run.Forwards, run.Backwards);
    }

    private static double[] Radii(ThreatModel threat, long count, Tensor? epsilons)
    {
        if (epsilons is not null && (epsilons.dim() != 1 || epsilons.shape[0] != count))
            throw new ArgumentException(
                $"{count} images need one radius each, not [{string.Join(", ", epsilons.shape)}].", nameof(epsilons));
        double[] radii = epsilons is null
            ? [.. Enumerable.Repeat(threat.Epsilon, (int)count)]
            : [.. epsilons.to(ScalarType.Float64).cpu().data<double>()];
        foreach (var radius in radii.Append(threat.Epsilon))
            if (!(radius >= 0))
                throw new ArgumentException($"Epsilon is {radius}; it cannot be negative.", nameof(threat));
        return radii;
    }

    private void Check(ThreatModel threat, Tensor images, Tensor labels, Tensor? targets)
    {
        if (!Supports(threat.Norm))
            throw new ArgumentException($"{Name} does not work in {threat.Norm}.", nameof(threat));
        if (targets is not null && !SupportsTargets())
            throw new ArgumentException($"{Name} cannot be told which class to reach; run it without targets.", nameof(targets));
        CheckLabels(images, labels, nameof(labels));
        if (targets is not null)
            CheckLabels(images, targets, nameof(targets));
        if (images.shape[0] == 0)
            return;
        using var _ = no_grad();
        using var lowest = images.min();
        using var highest = images.max();
        if (!(lowest.ReadDouble() >= threat.Minimum && highest.ReadDouble() <= threat.Maximum))
            throw new ArgumentException(
                $"Pixels from {lowest.ReadDouble()} to {highest.ReadDouble()} lie outside the box {threat.Minimum} to {threat.Maximum}.", nameof(images));
    }

    private static void CheckLabels(Tensor images, Tensor labels, string name)
    {
        if (images.dim() < 2 || labels.dim() != 1 || labels.shape[0] != images.shape[0] || labels.dtype != ScalarType.Int64)
            throw new ArgumentException(
                $"Images [{string.Join(", ", images.shape)}] need one 64-bit label each, not {labels.dtype} [{string.Join(", ", labels.shape)}].", name);
    }
}
