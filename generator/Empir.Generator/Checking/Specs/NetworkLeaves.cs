namespace Empir.Generator.Checking.Specs;

/// <summary>A network's layers one by one, whatever they are grouped into.</summary>
internal static class NetworkLeaves
{
    public static IEnumerable<LayerSpec> Leaves(this NetworkSpec network) => network.Layers;

    /// <summary>Whether every weight and activation has 32 bits.</summary>
    public static bool IsFullPrecision(this NetworkSpec network) => network.Leaves().OfType<WeightedLayerSpec>().All(layer => layer.Bits.IsFull);
}
