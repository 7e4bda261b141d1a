using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// DoReFa's weight quantiser (DoReFa-Net, arXiv 1606.06160, equation 9): with t = tanh(w),
/// w_q = 2·q_k(t / (2·max|t|) + 1/2) - 1, the maximum over the whole layer and no rescaling afterwards, so the levels are
/// 2^k equally spaced values in [-1, 1] and zero is never one of them.
/// Gradient: the identity through the rounding, ordinary autodiff through tanh and through the division by max|t|.
/// With one bit the weights are ±1 by the same formula, or in the dialect of the paper sign(w)·mean|w|, 0 as +1, with the
/// identity as gradient; a sign is never stochastic.
/// </summary>
/// <param name="Bits">k, from 1 to 16.</param>
/// <param name="Dialect">Whose 1-bit weights.</param>
/// <param name="Rounding">How q_k rounds while training.</param>
public sealed record DoReFaWeights(int Bits, DoReFaDialect Dialect = DoReFaDialect.Empir, Rounding Rounding = Rounding.Nearest)
    : WeightQuantizer
{
    /// <inheritdoc />
    public override int Bits { get; } = UniformRounding.Checked(Bits);

    /// <inheritdoc />
    public override Tensor Quantize(Tensor weight) => Quantize(weight, Rounding.Nearest);

    /// <inheritdoc />
    public override Tensor QuantizeInTraining(Tensor weight) => Quantize(weight, Rounding);

    private Tensor Quantize(Tensor weight, Rounding rounding) => Bits == 1 && Dialect == DoReFaDialect.DoReFa
        ? ScaledSign(weight)
        : Uniform(weight, rounding);

    private Tensor Uniform(Tensor weight, Rounding rounding)
    {
        using var squashed = weight.tanh();
        using var magnitude = squashed.abs();
        using var largest = magnitude.max();
        using var scale = largest.Mul(2);
        using var ratio = squashed / scale;
        using var unit = UniformRounding.RoundInPlace(ratio.Add(0.5), Bits, rounding);
        using var doubled = unit.Mul(2);
        return doubled.Sub(1);
    }

    private static Tensor ScaledSign(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var latent = weight.detach();
        var scale = latent.abs().mean();
        return StraightThrough.Carry(weight.clone(), where(latent.Ge(0), scale, -scale)).MoveToOuterDisposeScope();
    }
}
