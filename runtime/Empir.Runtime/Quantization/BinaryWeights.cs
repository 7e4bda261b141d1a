using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// XNOR-Net's binary weights (Rastegari et al., arXiv 1603.05279): w_q = sign(w)·α, 0 as +1, with α = mean|w| over the
/// output filter or output feature.
/// Gradient (section 3.1): times 1/n + α where |w| ≤ 1 and 1/n elsewhere, n the weights of one filter.
/// </summary>
public sealed record BinaryWeights : WeightQuantizer
{
    /// <inheritdoc />
    public override int Bits => 1;

    /// <inheritdoc />
    public override Tensor Quantize(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var latent = weight.detach();
        var magnitude = latent.abs();
        var scale = magnitude.flatten(1).mean([1]).view([-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)]);
        var slope = (magnitude.Le(1) * scale).Add((double)weight.shape[0] / weight.numel());
        return StraightThrough.Carry(weight * slope, where(latent.Ge(0), scale, -scale)).MoveToOuterDisposeScope();
    }
}
