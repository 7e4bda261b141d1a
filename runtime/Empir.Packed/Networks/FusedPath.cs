namespace Empir.Packed.Networks;

/// <summary>
/// The layers between a low-bit layer and the next ones, if all of it can be done on integers: one reader at a time, up to
/// readers that are all low-bit and quantise alike. Max pools and flatten then work on levels; an average works on sums.
/// </summary>
internal sealed class FusedPath
{
    // A pool keeps the sums of some pixels on the stack.
    private const int LargestPool = 1 << 14;

    private readonly List<int> layers = [];
    private readonly List<PackedLayer> elementwise = [];
    private readonly List<PackedLayer> pools = [];

    public FusedPath(PackedMember member, List<int>[] readers, int index, LowBitSums sums)
    {
        Last = index;
        while (true)
        {
            var quantizers = readers[Last].Select(reader => member.Layers[reader] is PackedWeightedLayer { Weights: LowBitWeights } next ? next.Activations : null).Distinct().ToArray();
            if (quantizers is [{ } activations])
            {
                Activations = activations;
                return;
            }
            if (readers[Last] is not [var next] || !TryAdd(member.Layers[next], ShapeOf(member, Last), sums))
                return;
            layers.Add(next);
            Last = next;
        }
    }

    /// <summary>The next layers' quantiser; null where the path leads elsewhere.</summary>
    public PackedActivations? Activations { get; }

    /// <summary>The path's last layer.</summary>
    public int Last { get; private set; }

    /// <summary>Every layer of the path.</summary>
    public IReadOnlyList<int> Layers => layers;

    /// <summary>What is done value by value; after an average, what follows it.</summary>
    public IReadOnlyList<PackedLayer> Elementwise => elementwise;

    /// <summary>Pools and flatten, in order.</summary>
    public IReadOnlyList<PackedLayer> Pools => pools;

    /// <summary>The average, if there is one.</summary>
    public PackedAvgPool2d? Average { get; private set; }

    /// <summary>Whether negative sums count as zero in the average.</summary>
    public bool HasRelu { get; private set; }

    private static PackedShape ShapeOf(PackedMember member, int index) => member.Layers[index].Output;

    private bool TryAdd(PackedLayer layer, PackedShape input, LowBitSums sums)
    {
        switch (layer)
        {
            // A pool chooses the largest value; what follows it must keep the order, and channels where they are.
            case PackedAffine affine when pools.Any(pool => pool is PackedMaxPool2d) && affine.Scale.Any(scale => scale < 0):
            case PackedAffine when pools.Any(pool => pool is PackedFlatten):
                return false;
            case PackedAffine or PackedClip or PackedLeakyRelu { Slope: >= 0 }:
                elementwise.Add(layer);
                return true;
            case PackedMaxPool2d or PackedFlatten:
                pools.Add(layer);
                return true;
            case PackedAvgPool2d average when pools.Count == 0 && sums.IsProportional && IsWhole(average, input)
                && input.Channels <= LargestPool && sums.Limit * average.Window.Area < int.MaxValue
                && (elementwise is [] || (elementwise is [PackedClip { Minimum: 0, Maximum: null }] && sums.IsRising)):
                HasRelu = elementwise.Count > 0;
                elementwise.Clear();
                Average = average;
                pools.Add(average);
                return true;
            default:
                return false;
        }
    }

    // Whether every window has the same divisor, so that the division can be in the thresholds.
    private static bool IsWhole(PackedAvgPool2d pool, PackedShape input)
    {
        var window = pool.Window;
        var isPadded = window is not { Top: 0, Left: 0, Bottom: 0, Right: 0 };
        return (pool.CountsPadding || !isPadded)
            && window.Rows(pool.Output.Height) <= input.Height + window.Top + window.Bottom
            && window.Columns(pool.Output.Width) <= input.Width + window.Left + window.Right;
    }
}
