using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>One run of an attack, or the part of it that is left: its inputs, and the questions it may ask of the surface, counted.</summary>
public sealed class AttackRun
{
    private readonly Effort effort;
    private readonly CancellationToken cancellation;
    private readonly long seed;
    private readonly long[] indices;
    private readonly double[] radii;
    private readonly bool reach;

    internal AttackRun(
        Surface surface, ThreatModel threat, Tensor images, Tensor labels, Tensor? targets, double[] radii, IReadOnlyList<long> indices,
        long seed, CancellationToken cancellation)
        : this(surface, threat, images, labels, targets, targets is not null, radii, [.. indices], seed, new(), cancellation)
    {
    }

    internal AttackRun(Surface surface, ThreatModel threat, Tensor images, Tensor labels, double[] radii, long[] indices, long seed)
        : this(surface, threat, images, labels, null, false, radii, indices, seed, new(), CancellationToken.None)
    {
    }

    private AttackRun(
        Surface surface, ThreatModel threat, Tensor images, Tensor labels, Tensor? targets, bool reach, double[] radii, long[] indices,
        long seed, Effort effort, CancellationToken cancellation)
    {
        (Surface, Threat, Images, Labels, Targets) = (surface, threat, images, labels, targets);
        (this.reach, this.radii, this.indices, this.seed) = (reach, radii, indices, seed);
        (this.effort, this.cancellation) = (effort, cancellation);
        using var all = tensor(radii, dtype: images.dtype, device: images.device);
        Epsilons = Projections.PerImage(all, images.dim());
    }

    /// <summary>What is attacked.</summary>
    public Surface Surface { get; }

    /// <summary>Norm and box; the radius is each image's own, <see cref="Epsilons" />.</summary>
    public ThreatModel Threat { get; }

    /// <summary>The clean images, [N, C, H, W].</summary>
    public Tensor Images { get; }

    /// <summary>The labels to move away from, [N].</summary>
    public Tensor Labels { get; }

    /// <summary>The labels that losses lead to, [N]; null if any other label will do.</summary>
    public Tensor? Targets { get; }

    /// <summary>The radii, [N, 1, 1, 1].</summary>
    public Tensor Epsilons { get; }

    /// <summary>The radii, [N, 1, 1, 1], where the ball is wider than the box only as long as the box is wide.</summary>
    public Tensor Reach => Epsilons.ClampMax(BoxLength);

    private double BoxLength => Threat.BoxRadius(Images.numel() / Math.Max(1, Images.shape[0]));

    /// <summary>Which part of a composed attack broke each image, [N], -1 where none did; null if the attack has no parts.</summary>
    internal Tensor? BrokenBy { get; set; }

    internal long Forwards => effort.Forwards;

    internal long Backwards => effort.Backwards;

    /// <summary>Evaluates the surface.</summary>
    /// <param name="images">[n, C, H, W].</param>
    public SurfaceValue Evaluate(Tensor images)
    {
        cancellation.ThrowIfCancellationRequested();
        effort.Forwards += images.shape[0];
        return Surface.Evaluate(images);
    }

    /// <summary>Gradient of <paramref name="loss" /> with respect to <paramref name="input" />.</summary>
    /// <param name="loss">A scalar: a sum over images, so that no image's gradient depends on the batch.</param>
    /// <param name="input">A leaf that requires a gradient.</param>
    /// <param name="again">Whether another gradient of the same evaluation will be asked for.</param>
    public Tensor Gradient(Tensor loss, Tensor input, bool again = false)
    {
        effort.Backwards += input.shape[0];
        return autograd.grad([loss], [input], retain_graph: again)[0];
    }

    /// <summary>Whether decisions are what the attacker wants: the target's, or any but the label's.</summary>
    /// <param name="decisions">[N].</param>
    /// <returns>[N], booleans.</returns>
    public Tensor Broken(Tensor decisions) => reach ? decisions.eq(Targets!) : decisions.ne(Labels);

    /// <summary>Whether decisions about variants of one image are what the attacker wants.</summary>
    /// <param name="decisions">[n].</param>
    /// <param name="image">Which image.</param>
    /// <returns>[n], booleans.</returns>
    internal Tensor Broken(Tensor decisions, long image) => reach ? decisions.eq(Targets![image]) : decisions.ne(Labels[image]);

    /// <summary>The decisions alone, [n].</summary>
    /// <param name="images">[n, C, H, W].</param>
    public Tensor Decide(Tensor images)
    {
        using var _ = no_grad();
        using var value = Evaluate(images);
        return value.Decisions.alias();
    }

    /// <summary>Loss and fate of every image at a point, and where the loss rises.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="loss">What is climbed.</param>
    /// <param name="climb">Whether the gradient is wanted.</param>
    /// <returns>
    /// What tells better points from worse, [N]: the loss, or on a surface whose scores are scaled image by image the margin before; booleans
    /// [N]; and a gradient of the loss [N, C, H, W] that is the caller's to overwrite.
    /// </returns>
    public (Tensor Loss, Tensor Broken, Tensor? Gradient) Examine(Tensor x, Loss loss, bool climb)
    {
        using var mode = enable_grad(climb);
        var leaf = x.detach().requires_grad_(climb);
        using var value = Evaluate(leaf);
        var losses = Losses.Of(loss, value.Scores, Labels, Targets);
        var gradient = climb ? Gradient(losses.sum(), leaf) : null;
        var compared = value.Unscaled is { } unscaled ? Losses.Of(Loss.Margin, unscaled, Labels, Targets) : losses;
        return (compared.detach(), Broken(value.Decisions), gradient);
    }

    /// <summary>Brings images back into every image's ball and the box, where they lie.</summary>
    /// <param name="x">[N, C, H, W]; overwritten.</param>
    public Tensor Project(Tensor x) =>
        Projections.OntoBall(x, Images, Epsilons, Threat.Norm).Clamp_(Threat.Minimum, Threat.Maximum);

    /// <summary>Uniform noise in every image's ball, each image's from a generator of its own, so that batching and device do not change it.</summary>
    /// <param name="draw">Which of an image's draws; equal draws are equal.</param>
    /// <returns>A tensor shaped like <see cref="Images" />.</returns>
    public Tensor UniformNoise(long draw = 0) => Threat.Norm == Norm.Linf
        ? Draw(draw, (noise, image, random) => noise.uniform_(-Radius(image), Radius(image), random))
        : Draw(draw, (noise, image, random) =>
        {
            noise.normal_(0, 1, random);
            using var share = empty(1).uniform_(0, 1, random);
            // Uniform in a ball of n dimensions: the n-th root of a uniform share of the radius.
            noise.Mul_(Radius(image) * Math.Pow(share.ReadDouble(), 1.0 / noise.numel()) / noise.norm().ReadDouble());
        });

    /// <summary>The images with uniform noise from every image's ball.</summary>
    /// <param name="draw">Which of an image's draws; equal draws are equal.</param>
    /// <param name="clip">Whether the result is clipped to the box.</param>
    public Tensor RandomStart(long draw = 0, bool clip = true)
    {
        var start = UniformNoise(draw).Add_(Images);
        return clip ? start.Clamp_(Threat.Minimum, Threat.Maximum) : start;
    }

    /// <summary>Noise on the surface of every image's ball: uniform noise stretched to the radius (Linf), a uniform direction (L2).</summary>
    /// <param name="draw">Which of an image's draws; equal draws are equal.</param>
    internal Tensor SurfaceNoise(long draw)
    {
        var noise = UniformNoise(draw);
        using var scope = NewDisposeScope();
        var length = Projections.PerImage(Projections.Length(noise, Threat.Norm), noise.dim());
        return noise.mul_(tensor(Range(Radius), noise.dtype, noise.device).view_as(length) / length.ClampMin(1e-30));
    }

    /// <summary>An image's own sequence of random numbers, for each image.</summary>
    internal ImageRandom[] Randoms(long draw) => Range(image => new ImageRandom(Seed(draw, image)));

    /// <summary>Fills one image after the other at random.</summary>
    /// <param name="draw">Which of an image's draws.</param>
    /// <param name="fill">Fills an image's tensor from the image's generator.</param>
    /// <returns>A tensor shaped like <see cref="Images" />.</returns>
    internal Tensor Draw(long draw, Action<Tensor, int, Generator> fill)
    {
        using var scope = NewDisposeScope();
        var noise = zeros(Images.shape);
        using var random = new Generator(0, CPU);
        for (var image = 0; image < indices.Length; image++)
        {
            random.manual_seed(Seed(draw, image));
            using var one = noise[image];
            fill(one, image, random);
        }
        return noise.to(Images.dtype).to(Images.device).MoveToOuterDisposeScope();
    }

    /// <summary>Random numbers of one image, in any shape.</summary>
    /// <param name="draw">Which of the image's draws.</param>
    /// <param name="image">Which image.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="fill">Fills the tensor from the image's generator.</param>
    internal Tensor Draw(long draw, int image, long[] shape, Action<Tensor, Generator> fill)
    {
        using var scope = NewDisposeScope();
        var noise = zeros(shape);
        using var random = new Generator(0, CPU);
        random.manual_seed(Seed(draw, image));
        fill(noise, random);
        return noise.to(Images.dtype).to(Images.device).MoveToOuterDisposeScope();
    }

    /// <summary>The run of some of the images.</summary>
    /// <param name="rows">Which, [n].</param>
    /// <param name="scopeOf">The new run's tensors live in this tensor's dispose scope.</param>
    internal AttackRun Take(Tensor rows, Tensor scopeOf)
    {
        using var scope = NewDisposeScope();
        long[] kept = [.. rows.cpu().data<long>()];
        var run = new AttackRun(
            Surface, Threat, Select(Images), Select(Labels), Targets is null ? null : Select(Targets), reach,
            [.. kept.Select(row => radii[row])], [.. kept.Select(row => indices[row])], seed, effort, cancellation);
        run.Epsilons.MoveToOtherDisposeScope(scopeOf);
        return run;

        Tensor Select(Tensor all) => all.index_select(0, rows).MoveToOtherDisposeScope(scopeOf);
    }

    /// <summary>The same run with losses that lead to given classes; what counts as broken stays.</summary>
    internal AttackRun Toward(Tensor targets) => reach
        ? this
        : new(Surface, Threat, Images, Labels, targets, reach, radii, indices, seed, effort, cancellation);

    /// <summary>The same run on another surface.</summary>
    internal AttackRun On(Surface surface) =>
        new(surface, Threat, Images, Labels, Targets, reach, radii, indices, seed, effort, cancellation);

    private double Radius(int image) => Math.Min(radii[image], BoxLength);

    private long Seed(long draw, int image) => ImageRandom.Mix(draw == 0 ? seed : ImageRandom.Mix(seed, -1 - draw), indices[image]);

    private T[] Range<T>(Func<int, T> of) => [.. Enumerable.Range(0, indices.Length).Select(of)];

    private sealed class Effort
    {
        public long Forwards { get; set; }

        public long Backwards { get; set; }
    }
}
