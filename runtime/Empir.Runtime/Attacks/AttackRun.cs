using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>One run of an attack: its inputs, and the questions it may ask of the surface, counted.</summary>
public sealed class AttackRun
{
    private readonly long seed;
    private readonly long firstImage;
    private readonly CancellationToken cancellation;

    internal AttackRun(
        Surface surface, ThreatModel threat, Tensor images, Tensor labels, long seed, long firstImage, CancellationToken cancellation)
    {
        (Surface, Threat, Images, Labels) = (surface, threat, images, labels);
        (this.seed, this.firstImage, this.cancellation) = (seed, firstImage, cancellation);
    }

    /// <summary>What is attacked.</summary>
    public Surface Surface { get; }

    /// <summary>The limits.</summary>
    public ThreatModel Threat { get; }

    /// <summary>The clean images, [N, C, H, W].</summary>
    public Tensor Images { get; }

    /// <summary>The labels to move away from, [N].</summary>
    public Tensor Labels { get; }

    internal long Forwards { get; private set; }

    internal long Backwards { get; private set; }

    /// <summary>Evaluates the surface.</summary>
    /// <param name="images">[n, C, H, W].</param>
    public SurfaceValue Evaluate(Tensor images)
    {
        cancellation.ThrowIfCancellationRequested();
        Forwards += images.shape[0];
        return Surface.Evaluate(images);
    }

    /// <summary>Gradient of <paramref name="loss" /> with respect to <paramref name="input" />.</summary>
    /// <param name="loss">A scalar: a sum over images, so that no image's gradient depends on the batch.</param>
    /// <param name="input">A leaf that requires a gradient.</param>
    public Tensor Gradient(Tensor loss, Tensor input)
    {
        Backwards += input.shape[0];
        return autograd.grad([loss], [input])[0];
    }

    /// <summary>Uniform noise, each image's from a generator of its own, so that batching and device do not change it.</summary>
    /// <param name="epsilon">Half the width of the interval around zero.</param>
    /// <returns>A tensor shaped like <see cref="Images" />.</returns>
    public Tensor UniformNoise(double epsilon)
    {
        using var scope = NewDisposeScope();
        var noise = zeros(Images.shape);
        using var random = new Generator(0, CPU);
        for (var i = 0L; i < noise.shape[0]; i++)
        {
            random.manual_seed(Mix(seed, firstImage + i));
            noise[i].uniform_(-epsilon, epsilon, random);
        }
        return noise.to(Images.dtype).to(Images.device).MoveToOuterDisposeScope();
    }

    // SplitMix64's finaliser: neighbouring images and seeds get unrelated generators.
    private static long Mix(long seed, long image)
    {
        var z = unchecked((ulong)seed * 0x9E3779B97F4A7C15 + (ulong)image + 1);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return unchecked((long)((z ^ (z >> 31)) >> 1));
    }
}
