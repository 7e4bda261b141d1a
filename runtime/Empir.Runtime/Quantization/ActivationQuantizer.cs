using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// Maps a layer's input to the low-bit values it computes with. One that learns its range is an
/// <see cref="ILearnedRange" /> too.
/// </summary>
public abstract record ActivationQuantizer
{
    /// <summary>Activations as they are: 32 bits and no clip.</summary>
    public static ActivationQuantizer None { get; } = new UnquantizedActivations();

    /// <summary>Bits of a quantised activation.</summary>
    public abstract int Bits { get; }

    /// <summary>Quantises a layer's input, differentiably; a learned range is the initial one.</summary>
    /// <param name="input">[N, ...]; not changed.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public abstract Tensor Quantize(Tensor input);

    /// <summary>Quantises as a training pass does, which differs where rounding is stochastic.</summary>
    /// <inheritdoc cref="Quantize" />
    public virtual Tensor QuantizeInTraining(Tensor input) => Quantize(input);

    private sealed record UnquantizedActivations : ActivationQuantizer
    {
        public override int Bits => 32;

        public override Tensor Quantize(Tensor input) => input.alias();
    }
}
