using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// LSQ's weight quantiser (Esser et al., arXiv 1902.08153): w_q = round(clip(w/s, -2^(k-1), 2^(k-1) - 1))·s, halves to the
/// even level. The step s is learned and starts from 2·mean|w| / sqrt(2^(k-1) - 1) of the initial weights.
/// Gradient: to w the identity strictly inside the clip and zero outside; to s, with r = w/s, round(r) - r inside and the
/// bound itself outside, times 1/sqrt(N·(2^(k-1) - 1)) with N the layer's number of weights (equations 3 and 5, section 2.2).
/// One bit is refused: its only levels would be -s and 0.
/// </summary>
/// <param name="Bits">k, from 2 to 16.</param>
public sealed record LsqWeights(int Bits) : WeightQuantizer, ILearnedRange
{
    /// <inheritdoc />
    public override int Bits { get; } = LearnedStep.Checked(Bits, signed: true);

    /// <summary><c>weight_step</c>.</summary>
    public string RangeName => "weight_step";

    private (int Lowest, int Highest) Levels => LearnedStep.Levels(Bits, signed: true);

    /// <inheritdoc />
    public Tensor InitialRange(Tensor values) => LearnedStep.Initial(values, Levels.Highest);

    /// <inheritdoc />
    public override Tensor Quantize(Tensor weight)
    {
        using var step = InitialRange(weight);
        return Quantize(weight, step);
    }

    /// <inheritdoc />
    public Tensor Quantize(Tensor values, Tensor range) => LearnedStep.Quantize(values, range, Levels, values.numel());
}
