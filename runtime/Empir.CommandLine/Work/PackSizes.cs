using Empir.Packed;

namespace Empir.CommandLine.Work;

/// <summary>A layer with weights, packed.</summary>
/// <param name="Name">Its path.</param>
/// <param name="WeightBits">Bits of a weight; 32 at full precision.</param>
/// <param name="ActivationBits">Bits of its input; 32 at full precision.</param>
/// <param name="Bytes">Weights, scales and bias.</param>
internal sealed record PackedLayerSize(string Name, int WeightBits, int ActivationBits, long Bytes);

/// <summary>A member, packed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FileBytes">The file it would be alone.</param>
/// <param name="Layers">Its layers with weights.</param>
internal sealed record PackedMemberSize(string Name, long FileBytes, IReadOnlyList<PackedLayerSize> Layers)
{
    /// <summary>Whether nothing of it is quantised.</summary>
    public bool IsFullPrecision => Layers.All(layer => layer is { WeightBits: 32, ActivationBits: 32 });
}

/// <summary>What a packed ensemble and its parts take.</summary>
internal sealed record PackSizes(long FileBytes, IReadOnlyList<PackedMemberSize> Members)
{
    private const int Full = 32;

    /// <summary>The full-precision member; null if there is none.</summary>
    public PackedMemberSize? FullMember => Members.FirstOrDefault(member => member.IsFullPrecision);

    /// <summary>The ensemble's file over that of the full-precision member packed alone; null if there is none.</summary>
    public double? FileRatio => FullMember is { } full ? (double)FileBytes / full.FileBytes : null;

    public static PackSizes Of(PackedModel model) => new(
        PackedFile.ToBytes(model).Length,
        [.. model.Members.Select((member, place) => new PackedMemberSize(
            member.Name, PackedFile.ToBytes(Alone(model, place)).Length, [.. member.Layers.OfType<PackedWeightedLayer>().Select(Size)]))]);

    /// <summary>One member as an ensemble of its own.</summary>
    public static PackedModel Alone(PackedModel model, int member) => model with { Members = [model.Members[member]], Fusion = new PackedMajority(0) };

    private static PackedLayerSize Size(PackedWeightedLayer layer)
    {
        var (bits, weights) = layer.Weights switch
        {
            LowBitWeights low => (low.Bits, low.Planes.Length + (long)(low.Scales.Length * sizeof(double))),
            FullWeights full => (Full, (long)full.Values.Length * sizeof(float)),
            var other => throw new NotSupportedException($"{other.GetType().Name} has no known size."),
        };
        return new(layer.Name, bits, layer.Activations?.Bits ?? Full, weights + ((layer.Bias?.Length ?? 0) * sizeof(float)));
    }
}
