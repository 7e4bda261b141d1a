using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// DoReFa's activation quantiser: a_q = q_k(clip(a, 0, 1)) (DoReFa-Net, arXiv 1606.06160, equation 11).
/// Gradient: the identity on [0, 1], both bounds included, and zero outside.
/// </summary>
/// <param name="Bits">k, from 1 to 16.</param>
/// <param name="Rounding">How q_k rounds while training.</param>
public sealed record DoReFaActivations(int Bits, Rounding Rounding = Rounding.Nearest) : ActivationQuantizer
{
    /// <inheritdoc />
    public override int Bits { get; } = UniformRounding.Checked(Bits);

    /// <inheritdoc />
    public override Tensor Quantize(Tensor input) => Quantize(input, Rounding.Nearest);

    /// <inheritdoc />
    public override Tensor QuantizeInTraining(Tensor input) => Quantize(input, Rounding);

    // clamp's backward reads its input, so rounding its result in place is safe and the gradient is clamp's own.
    private Tensor Quantize(Tensor input, Rounding rounding)
    {
        if (!ClipGradient.IsLeaky)
            return UniformRounding.RoundInPlace(input.Clamp(0, 1), Bits, rounding);
        using var x = input.detach();
        using var values = UniformRounding.RoundInPlace(x.Clamp(0, 1), Bits, rounding);
        return StraightThrough.Carry(ClipGradient.Clamp(input, 0, 1), values);
    }
}
