using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// What the clips of activation quantisers pass back from the values they cut off: nothing, which is exact, or a share of the
/// gradient, so that an attack can move saturated units. Forward values never depend on it.
/// </summary>
internal static class ClipGradient
{
    [ThreadStatic]
    private static double leak;

    /// <summary>Whether a share is passed in this thread's forward passes.</summary>
    public static bool IsLeaky => leak > 0;

    /// <summary>Passes a share in the forward passes of this thread, until the result is disposed.</summary>
    /// <param name="share">From 0 to 1.</param>
    public static IDisposable Leaky(double share)
    {
        var before = leak;
        leak = share;
        return new Restoration(before);
    }

    /// <summary>The slope of a clip: 1 inside, the share outside.</summary>
    /// <param name="inside">Booleans: where the clip changes nothing.</param>
    /// <param name="like">Its type is the slope's.</param>
    public static Tensor Slope(Tensor inside, Tensor like)
    {
        var slope = inside.to(like.dtype);
        if (!IsLeaky)
            return slope;
        using (slope)
            return slope.ClampMin(leak);
    }

    /// <summary>A tensor whose gradient is that of clip(x, lowest, highest), bounds included; its values are for the caller to overwrite.</summary>
    public static Tensor Clamp(Tensor x, double lowest, double highest)
    {
        if (!IsLeaky)
            return x.Clamp(lowest, highest);
        using var scope = NewDisposeScope();
        var values = x.detach();
        var slope = Slope(values.Ge(lowest).logical_and(values.Le(highest)), values);
        return (x * slope).MoveToOuterDisposeScope();
    }

    private sealed class Restoration(double before) : IDisposable
    {
        public void Dispose() => leak = before;
    }
}
