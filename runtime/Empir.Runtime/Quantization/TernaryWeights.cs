using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// The weights of ternary weight networks (Li et al., arXiv 1605.04711): with the threshold Δ = 0.7·mean|w|, w_q = α·sign(w)
/// where |w| &gt; Δ and 0 elsewhere, α the mean of |w| over those above Δ. Mean and scale are taken over the whole layer, as
/// in the authors' code of 2016 (their later code takes them per filter, with 0.75). Stored in two bits.
/// Gradient: the identity to every latent weight; Δ and α are constants to it.
/// </summary>
public sealed record TernaryWeights : WeightQuantizer
{
    private const double Threshold = 0.7;

    /// <inheritdoc />
    public override int Bits => 2;

    /// <inheritdoc />
    public override Tensor Quantize(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var latent = weight.detach();
        var magnitude = latent.abs();
        var kept = magnitude.gt(magnitude.mean().Mul(Threshold));
        var scale = (magnitude * kept).sum() / kept.sum().ClampMin(1);
        return StraightThrough.Carry(weight.clone(), latent.sign() * kept * scale).MoveToOuterDisposeScope();
    }
}
