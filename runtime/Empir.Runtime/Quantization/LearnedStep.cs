using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// Learned step size quantisation (LSQ; Esser et al., arXiv 1902.08153): v_q = round(clip(v/s, -Q_N, Q_P))·s, halves to the
/// even level. Nothing keeps a learned s above zero: what counts is its size, and the gradient has its sign, so that one which
/// crossed zero goes on.
/// </summary>
internal static class LearnedStep
{
    // Of a step that is next to nothing levels and ratios are still numbers.
    private const double Smallest = 1e-8;

    /// <summary>Throws unless LSQ has levels of that width.</summary>
    public static int Checked(int bits, bool signed) => bits != 1 || !signed
        ? UniformRounding.Checked(bits)
        : throw new ArgumentOutOfRangeException(nameof(bits), bits, "LSQ's signed levels need 2 bits: with 1 none is positive. Use BinaryWeights or BinaryActivations.");

    /// <summary>-Q_N and Q_P: two's complement, or from zero on.</summary>
    public static (int Lowest, int Highest) Levels(int bits, bool signed) =>
        signed ? (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) : (0, (1 << bits) - 1);

    /// <summary>2·mean|v| / sqrt(Q_P), [1]; 1 where all values are zero, which every step represents.</summary>
    public static Tensor Initial(Tensor values, int highest)
    {
        using var scope = NewDisposeScope();
        var step = values.detach().abs().mean().Mul_(2 / Math.Sqrt(highest)).view(1);
        return where(step.Gt(0), step, ones_like(step)).MoveToOuterDisposeScope();
    }

    /// <summary>The step that a learned one stands for; 0 where it was never set.</summary>
    public static double Size(double learned) => learned == 0 ? 0 : Math.Max(Math.Abs(learned), Smallest);

    /// <summary>
    /// Quantises. With r = v/s, equations 3 and 5: the gradient to v is the identity where -Q_N &lt; r &lt; Q_P and zero
    /// elsewhere; the gradient to s is round(r) - r there, -Q_N below and Q_P above, times 1/sqrt(count·Q_P).
    /// </summary>
    /// <param name="values">v.</param>
    /// <param name="step">s, [1].</param>
    /// <param name="levels">-Q_N and Q_P.</param>
    /// <param name="count">Number of weights, or of an image's features.</param>
    public static Tensor Quantize(Tensor values, Tensor step, (int Lowest, int Highest) levels, long count)
    {
        using var scope = NewDisposeScope();
        var (v, s) = (values.detach(), step.detach().abs().ClampMin(Smallest));
        var ratio = v / s;
        var inside = ratio.Gt(levels.Lowest).logical_and(ratio.Lt(levels.Highest));
        var level = ratio.Clamp(levels.Lowest, levels.Highest).round();
        var slope = (level - ratio * inside).Div(Math.Sqrt((double)count * levels.Highest));
        return StraightThrough.Carry((values * ClipGradient.Slope(inside, v)).Add(step.abs() * slope), level * s).MoveToOuterDisposeScope();
    }
}
