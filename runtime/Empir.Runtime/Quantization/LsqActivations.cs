using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// LSQ's activation quantiser (Esser et al., arXiv 1902.08153): a_q = round(clip(a/s, 0, 2^k - 1))·s, or signed
/// round(clip(a/s, -2^(k-1), 2^(k-1) - 1))·s, halves to the even level. The step s is learned and starts from
/// 2·mean|a| / sqrt(Q_P) of the first batch, Q_P the highest level.
/// Gradient: to a the identity strictly inside the clip and zero outside; to s, with r = a/s, round(r) - r inside and the
/// bound itself outside, times 1/sqrt(N·Q_P) with N the features of one image (equations 3 and 5, section 2.2).
/// </summary>
/// <param name="Bits">k, from 1 to 16; signed, from 2.</param>
/// <param name="Signed">Whether negative values have levels, as an input that follows no ReLU needs.</param>
#pragma warning disable CA1720 // Signed is the word for it, and no type here.
public sealed record LsqActivations(int Bits, bool Signed = false) : ActivationQuantizer, ILearnedRange
#pragma warning restore CA1720
{
    /// <inheritdoc />
    public override int Bits { get; } = LearnedStep.Checked(Bits, Signed);

    /// <summary><c>activation_step</c>.</summary>
    public string RangeName => "activation_step";

    private (int Lowest, int Highest) Levels => LearnedStep.Levels(Bits, Signed);

    /// <inheritdoc />
    public Tensor InitialRange(Tensor values) => LearnedStep.Initial(values, Levels.Highest);

    /// <inheritdoc />
    public override Tensor Quantize(Tensor input)
    {
        using var step = InitialRange(input);
        return Quantize(input, step);
    }

    /// <inheritdoc />
    public Tensor Quantize(Tensor values, Tensor range) =>
        LearnedStep.Quantize(values, range, Levels, values.numel() / values.shape[0]);
}
