using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>
/// The integer sums of a low-bit layer: levels counted from the lowest, times integers. A padded pixel has the level of zero, so
/// every window is whole, and what counting from the lowest level adds is a constant by output.
/// </summary>
internal sealed class LowBitSums
{
    private readonly LowBitWeights weights;
    private readonly long[] totals;

    public LowBitSums(PackedWeightedLayer layer, LowBitWeights weights, PackedActivations activations, PackedShape input)
    {
        this.weights = weights;
        Layer = layer;
        Activations = activations;
        var terms = layer is PackedConv2d conv ? input.Channels / conv.Groups * conv.Window.Area : input.Channels;
        var outputs = layer.Output.Channels;
        Integers = weights.Integers(terms * outputs);
        totals = new long[outputs];
        for (var o = 0; o < outputs; o++)
        {
            var (negative, positive) = (0, 0);
            foreach (var weight in Integers.AsSpan(o * terms, terms))
                (negative, positive) = (negative + Math.Min((int)weight, 0), positive + Math.Max((int)weight, 0));
            totals[o] = negative + positive;
            Lowest = Math.Min(Lowest, negative * activations.Highest);
            Largest = Math.Max(Largest, positive * activations.Highest);
        }
    }

    public PackedWeightedLayer Layer { get; }

    public PackedActivations Activations { get; }

    /// <summary>The weights as integers, in the file's order.</summary>
    public short[] Integers { get; }

    public WeightLevels Levels => new(weights.Bits, weights.Multiplier, weights.Offset);

    /// <summary>No sum is below it.</summary>
    public int Lowest { get; }

    /// <summary>No sum is above it.</summary>
    public int Largest { get; }

    /// <summary>Whether a value is a multiple of its sum, so that averaging one is averaging the other.</summary>
    public bool IsProportional => Layer.Bias is null && Activations.Zero == 0;

    /// <summary>From a sum, or one over so many pixels, to what comes after some layers.</summary>
    /// <param name="layers">Layers that work value by value.</param>
    /// <param name="pixels">Pixels that were summed up; only a proportional value can be averaged.</param>
    public Chain Chain(IEnumerable<PackedLayer> layers, int pixels = 1) => new(
        output => weights.Scale(output) * Activations.Step / pixels,
        output => (Layer.Bias?[output] ?? 0) - (Activations.Zero * totals[output] * weights.Scale(output) * Activations.Step),
        layers);
}
