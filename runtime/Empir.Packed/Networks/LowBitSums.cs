using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>
/// The integer sums of a low-bit layer: levels counted from the lowest, times integers. A padded pixel has the level of zero, so
/// every window is whole, and what counting from the lowest level adds is a constant by output.
/// </summary>
internal sealed class LowBitSums
{
    private readonly LowBitWeights weights;
    private readonly int outputs;
    private readonly Lazy<(int Lowest, int Largest, int[] Totals)> bounds;

    public LowBitSums(PackedWeightedLayer layer, LowBitWeights weights, PackedActivations activations, PackedShape input)
    {
        this.weights = weights;
        Layer = layer;
        Activations = activations;
        Terms = layer is PackedConv2d conv ? input.Channels / conv.Groups * conv.Window.Area : input.Channels;
        outputs = layer.Output.Channels;
        // What fails is not kept, so that whoever asks again may succeed.
        bounds = new(Bounds, LazyThreadSafetyMode.PublicationOnly);
    }

    public PackedWeightedLayer Layer { get; }

    public PackedActivations Activations { get; }

    /// <summary>Weights of an output.</summary>
    public int Terms { get; }

    public WeightLevels Levels => new(weights.Bits, weights.Multiplier, weights.Offset);

    /// <summary>No sum is below it.</summary>
    public int Lowest => bounds.Value.Lowest;

    /// <summary>No sum is above it.</summary>
    public int Largest => bounds.Value.Largest;

    /// <summary>No sum is further from 0, whatever the weights are.</summary>
    public long Limit => (long)Terms * Activations.Highest * Math.Max(-weights.Offset, weights.Highest);

    /// <summary>Whether a value is a multiple of its sum, so that averaging one is averaging the other.</summary>
    public bool IsProportional => Layer.Bias is null && Activations.Zero == 0;

    /// <summary>Whether a larger sum is a larger value, in every channel.</summary>
    public bool IsRising => weights.Scales.All(scale => scale > 0);

    /// <summary>How many weights are at the outer two levels of two bits; all where there are not two bits.</summary>
    public int Outer => weights.Bits == 2 ? weights.Outer(Terms * outputs) : Terms * outputs;

    /// <summary>The numbers m of an output's weights, in the file's order.</summary>
    public void Read(int output, Span<byte> numbers) => weights.Read(Terms * outputs, Terms * output, numbers);

    /// <summary>From a sum, or one over so many pixels, to what comes after some layers.</summary>
    /// <param name="layers">Layers that work value by value.</param>
    /// <param name="pixels">Pixels that were summed up; only a proportional value can be averaged.</param>
    public Chain Chain(IEnumerable<PackedLayer> layers, int pixels = 1) => new(
        output => weights.Scale(output) * Activations.Step / pixels,
        output => (Layer.Bias?[output] ?? 0) - (Activations.Zero * bounds.Value.Totals[output] * weights.Scale(output) * Activations.Step),
        layers);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int Lowest, int Largest, int[] Totals) Bounds()
    {
        var (lowest, largest, totals, numbers) = (0, 0, new int[outputs], new byte[Terms]);
        for (var o = 0; o < outputs; o++)
        {
            Read(o, numbers);
            var (negative, positive) = Sum(numbers, Levels);
            totals[o] = negative + positive;
            lowest = Math.Min(lowest, negative * Activations.Highest);
            largest = Math.Max(largest, positive * Activations.Highest);
        }
        return (lowest, largest, totals);
    }

    // The sums of the negative and of the positive integers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Negative, int Positive) Sum(ReadOnlySpan<byte> numbers, WeightLevels levels)
    {
        const int Together = 16;
        // So many integers fit into 16 bits.
        const int Most = short.MaxValue / 255;
        var (negative, positive) = (0, 0);
        while (numbers.Length >= Together)
        {
            var (below, above, count) = (Vector256<short>.Zero, Vector256<short>.Zero, Math.Min(numbers.Length / Together, Most));
            for (var i = 0; i < count; i++, numbers = numbers[Together..])
            {
                var (lower, upper) = Vector128.Widen(Vector128.Create(numbers));
                var integers = (Vector256.Create(lower, upper).AsInt16() * (short)levels.Multiplier) + Vector256.Create((short)levels.Offset);
                below += Vector256.Min(integers, Vector256<short>.Zero);
                above += Vector256.Max(integers, Vector256<short>.Zero);
            }
            negative += Vector256.Sum(Vector256.WidenLower(below) + Vector256.WidenUpper(below));
            positive += Vector256.Sum(Vector256.WidenLower(above) + Vector256.WidenUpper(above));
        }
        foreach (var number in numbers)
            (negative, positive) = (negative + Math.Min(levels.Integer(number), 0), positive + Math.Max(levels.Integer(number), 0));
        return (negative, positive);
    }
}
