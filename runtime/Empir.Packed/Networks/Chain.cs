namespace Empir.Packed.Networks;

/// <summary>What follows a layer's integer sums, value by value: its scale and bias, then affine layers, clips and leaky ReLUs.</summary>
/// <param name="scale">Value of one unit of a sum, by channel.</param>
/// <param name="shift">Value of the sum 0, by channel.</param>
/// <param name="following">What follows.</param>
internal sealed class Chain(Func<int, double> scale, Func<int, double> shift, IEnumerable<PackedLayer> following)
{
    private readonly PackedLayer[] layers = [.. following];

    /// <summary>From a channel's sum to its value, in double precision.</summary>
    public Func<int, double> Value(int channel)
    {
        var (a, b) = (scale(channel), shift(channel));
        return sum =>
        {
            var value = (sum * a) + b;
            foreach (var layer in layers)
            {
                value = layer switch
                {
                    PackedAffine affine => (value * affine.Scale[channel]) + affine.Shift[channel],
                    PackedClip clip => Math.Min(Math.Max(value, clip.Minimum), clip.Maximum ?? double.PositiveInfinity),
                    PackedLeakyRelu relu => value > 0 ? value : value * relu.Slope,
                    _ => throw new InvalidOperationException(layer.Title),
                };
            }
            return value;
        };
    }

    /// <summary>The value's slope and shift where no clip holds it.</summary>
    public (double Slope, double Shift) Line(int channel)
    {
        var (a, b) = (scale(channel), shift(channel));
        foreach (var affine in layers.OfType<PackedAffine>())
            (a, b) = (a * affine.Scale[channel], (b * affine.Scale[channel]) + affine.Shift[channel]);
        return (a, b);
    }

    /// <summary>The clip after all affine layers, where there is no other one and nothing else; null if it is not so simple.</summary>
    public (float Minimum, float Maximum)? FinalClip()
    {
        var affine = layers.TakeWhile(layer => layer is PackedAffine).Count();
        if (layers.Skip(affine).Any(layer => layer is not PackedClip))
            return null;
        var (minimum, maximum) = (float.NegativeInfinity, float.PositiveInfinity);
        foreach (var clip in layers.OfType<PackedClip>())
            (minimum, maximum) = (Math.Min(Math.Max(minimum, clip.Minimum), clip.Maximum ?? float.PositiveInfinity), Math.Min(Math.Max(maximum, clip.Minimum), clip.Maximum ?? float.PositiveInfinity));
        return (minimum, maximum);
    }
}
