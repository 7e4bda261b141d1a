using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// The k-bit rounding on [0, 1] that every DoReFa quantiser is built from:
/// q_k(x) = round(x·(2^k - 1)) / (2^k - 1), halves to the even level (DoReFa-Net, arXiv 1606.06160, equation 5).
/// </summary>
internal static class UniformRounding
{
    /// <summary>
    /// Rounds <paramref name="x" /> where it lies, unseen by autograd, so that the gradient of rounding is the identity
    /// (straight-through) at no cost of its own.
    /// </summary>
    /// <param name="x">Values in [0, 1], fresh from an operation whose backward does not read its own result.</param>
    /// <param name="bits">k, from 1 to 16.</param>
    /// <param name="rounding">How it rounds; stochastic rounding draws from the global generator.</param>
    /// <returns>The same tensor.</returns>
    public static Tensor RoundInPlace(Tensor x, int bits, Rounding rounding = Rounding.Nearest)
    {
        var steps = (1 << bits) - 1;
        using var _ = no_grad();
        using var values = x.detach();
        values.Mul_(steps);
        if (rounding == Rounding.Nearest)
            values.round_();
        else
            RoundAtRandom(values, steps);
        values.Div_(steps);
        return x;
    }

    /// <summary>Throws unless <paramref name="bits" /> is a width these quantisers know.</summary>
    public static int Checked(int bits) => bits is >= 1 and <= 16
        ? bits
        : throw new ArgumentOutOfRangeException(nameof(bits), bits, "A quantiser has 1 to 16 bits; use None for 32.");

    private static void RoundAtRandom(Tensor values, int steps)
    {
        using var draw = rand_like(values);
        // A draw just below 1 rounds the sum up to the next whole number, one above the last level.
        values.Add_(draw).floor_().ClampMax_(steps);
    }
}
