using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>Maps a layer's latent full-precision weights to the low-bit weights it computes with.</summary>
public abstract record WeightQuantizer
{
    /// <summary>Weights as they are: 32 bits.</summary>
    public static WeightQuantizer None { get; } = new UnquantizedWeights();

    /// <summary>Bits of a quantised weight.</summary>
    public abstract int Bits { get; }

    /// <summary>Quantises a layer's whole weight tensor, differentiably.</summary>
    /// <param name="weight">Latent weights, any shape; not changed.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public abstract Tensor Quantize(Tensor weight);

    private sealed record UnquantizedWeights : WeightQuantizer
    {
        public override int Bits => 32;

        public override Tensor Quantize(Tensor weight) => weight.alias();
    }
}
