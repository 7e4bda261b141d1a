using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>
/// A surface whose activation quantisers pass a share of the gradient through their clip where it is saturated. Without it the
/// gradient is the exact one, zero there, and an attack cannot move units that sit at the clip. Scores and decisions are the
/// inner surface's, bit for bit.
/// </summary>
public sealed class LeakyClipSurface : Surface
{
    private readonly Surface inner;
    private readonly double leak;

    /// <param name="inner">The surface; not owned.</param>
    /// <param name="leak">The share, above 0 and at most 1.</param>
    public LeakyClipSurface(Surface inner, double leak = 0.1)
    {
        if (!(leak is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(leak), leak, "The share of the gradient that a clip passes lies above 0 and is at most 1.");
        (this.inner, this.leak) = (inner, leak);
    }

    /// <inheritdoc />
    public override string Name => $"{inner.Name}+leaky_clip";

    /// <inheritdoc />
    public override SurfaceValue Evaluate(Tensor images)
    {
        using var _ = ClipGradient.Leaky(leak);
        return inner.Evaluate(images);
    }

    /// <inheritdoc />
    public override IDisposable Freeze() => inner.Freeze();
}
