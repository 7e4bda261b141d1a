using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// DoReFa's activation quantiser: a_q = q_k(clip(a, 0, 1)) (DoReFa-Net, arXiv 1606.06160, equation 11).
/// Gradient: the identity on [0, 1], both bounds included, and zero outside.
/// </summary>
/// <param name="Bits">k, from 1 to 16.</param>
public sealed record DoReFaActivations(int Bits) : ActivationQuantizer
{
    /// <inheritdoc />
    public override int Bits { get; } = UniformRounding.Checked(Bits);

    // clamp's backward reads its input, so rounding its result in place is safe and the gradient is clamp's own.
    /// <inheritdoc />
    public override Tensor Quantize(Tensor input) => UniformRounding.RoundInPlace(input.clamp(0, 1), Bits);
}
