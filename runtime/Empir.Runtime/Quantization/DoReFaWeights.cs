using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// DoReFa's weight quantiser in the dialect of EMPIR's released code: with t = tanh(w),
/// w_q = 2·q_k(t / (2·max|t|) + 1/2) - 1, the maximum over the whole layer and no rescaling afterwards, so the levels are
/// 2^k equally spaced values in [-1, 1] and zero is never one of them.
/// Gradient: the identity through the rounding, ordinary autodiff through tanh and through the division by max|t|.
/// With one bit the weights are ±1 by the same formula; DoReFa's own mean|w| scale is a different dialect.
/// </summary>
/// <param name="Bits">k, from 1 to 16.</param>
public sealed record DoReFaWeights(int Bits) : WeightQuantizer
{
    /// <inheritdoc />
    public override int Bits { get; } = UniformRounding.Checked(Bits);

    /// <inheritdoc />
    public override Tensor Quantize(Tensor weight)
    {
        using var squashed = weight.tanh();
        using var magnitude = squashed.abs();
        using var largest = magnitude.max();
        using var scale = largest * 2;
        using var ratio = squashed / scale;
        using var unit = UniformRounding.RoundInPlace(ratio + 0.5, Bits);
        using var doubled = unit * 2;
        return doubled - 1;
    }
}
