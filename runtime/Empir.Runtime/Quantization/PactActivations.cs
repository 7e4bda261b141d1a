using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// PACT's activation quantiser (Choi et al., arXiv 1805.06085): y = clip(x, 0, α), y_q = round(y·n/α)·α/n with
/// n = 2^k - 1, halves to the even level. The clip α is learned and starts from 10, which cuts off next to nothing.
/// Gradient: to x the identity on [0, α) and zero outside; to α one for every x ≥ α and zero for the others. Should training
/// drive α to zero or below, every activation is α and all of them pull on it.
/// The paper also decays α with an L2 penalty; the optimiser here does not.
/// </summary>
/// <param name="Bits">k, from 1 to 16.</param>
public sealed record PactActivations(int Bits) : ActivationQuantizer, ILearnedRange
{
    private const double InitialClip = 10;

    /// <inheritdoc />
    public override int Bits { get; } = UniformRounding.Checked(Bits);

    /// <summary><c>activation_clip</c>.</summary>
    public string RangeName => "activation_clip";

    /// <summary>10, whatever the values.</summary>
    /// <inheritdoc />
    public Tensor InitialRange(Tensor values) => empty(1, values.dtype, values.device).Fill_(InitialClip);

    /// <inheritdoc />
    public override Tensor Quantize(Tensor input)
    {
        using var clip = InitialRange(input);
        return Quantize(input, clip);
    }

    /// <inheritdoc />
    public Tensor Quantize(Tensor values, Tensor range)
    {
        using var scope = NewDisposeScope();
        var (x, clip) = (values.detach(), range.detach());
        var cut = x.ge(clip);
        var inside = x.Ge(0).logical_and(cut.logical_not());
        var ratio = x.ClampMin(0).minimum(clip) / clip;
        return StraightThrough.Carry((values * ClipGradient.Slope(inside, x)).Add(range * cut), UniformRounding.RoundInPlace(ratio, Bits) * clip)
            .MoveToOuterDisposeScope();
    }
}
