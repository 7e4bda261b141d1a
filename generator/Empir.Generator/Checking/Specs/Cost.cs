using Empir.Generator.Layers;

namespace Empir.Generator.Checking.Specs;

/// <summary>What a layer, a member or an ensemble costs; exact, for absurdly large networks too.</summary>
/// <param name="Bytes">Bytes of the stored weights, biases and statistics.</param>
/// <param name="BitOperations">Multiply-accumulates x weight bits x activation bits, for one image.</param>
/// <param name="Parameters">Trained parameters.</param>
internal readonly record struct Cost(decimal Bytes, decimal BitOperations, decimal Parameters)
{
    public static Cost operator +(Cost a, Cost b) => new(a.Bytes + b.Bytes, a.BitOperations + b.BitOperations, a.Parameters + b.Parameters);

    /// <summary>The layer's cost at its own bits.</summary>
    public static Cost Of(LayerSpec layer)
    {
        var bits = layer is WeightedLayerSpec weighted ? weighted.Bits : default;
        return new(layer.Bytes, (decimal)layer.Macs * bits.Weights * bits.Activations, layer.Parameters);
    }

    /// <summary>The layer's cost if it were quantised like this.</summary>
    public static Cost At(Quantization quantization, LayerSpec layer) =>
        Of(layer is WeightedLayerSpec weighted ? weighted with { Quantization = quantization } : layer);
}
