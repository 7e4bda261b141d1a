using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// Maps a layer's latent full-precision weights to the low-bit weights it computes with. One that learns its range is an
/// <see cref="ILearnedRange" /> too.
/// </summary>
public abstract record WeightQuantizer
{
    /// <summary>Weights as they are: 32 bits.</summary>
    public static WeightQuantizer None { get; } = new UnquantizedWeights();

    /// <summary>Bits of a quantised weight.</summary>
    public abstract int Bits { get; }

    /// <summary>Quantises a layer's whole weight tensor, differentiably; a learned range is the initial one.</summary>
    /// <param name="weight">Latent weights, output first; not changed.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public abstract Tensor Quantize(Tensor weight);

    /// <summary>Quantises as a training pass does, which differs where rounding is stochastic.</summary>
    /// <inheritdoc cref="Quantize" />
    public virtual Tensor QuantizeInTraining(Tensor weight) => Quantize(weight);

    private sealed record UnquantizedWeights : WeightQuantizer
    {
        public override int Bits => 32;

        public override Tensor Quantize(Tensor weight) => weight.alias();
    }
}
