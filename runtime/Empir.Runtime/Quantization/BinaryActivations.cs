using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// Binary activations (XNOR-Net, Rastegari et al., arXiv 1603.05279): sign(x) in ±1, 0 as +1, without the paper's scale K
/// of the input. A convolution's zero padding stays zero, a third value, where it is the same on opposite sides; <c>same</c> padding that differs
/// from side to side is a step before, and becomes +1.
/// Gradient: the identity where |x| ≤ 1 and zero elsewhere.
/// </summary>
public sealed record BinaryActivations : ActivationQuantizer
{
    /// <inheritdoc />
    public override int Bits => 1;

    // clamp's backward reads its input, and its gradient is the wanted one.
    /// <inheritdoc />
    public override Tensor Quantize(Tensor input)
    {
        using var scope = NewDisposeScope();
        var one = ones(1, input.dtype, input.device);
        return StraightThrough.Carry(ClipGradient.Clamp(input, -1, 1), where(input.detach().Ge(0), one, -one)).MoveToOuterDisposeScope();
    }
}
