using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>Fully connected layer with quantised weights and input: [N, in] to [N, out].</summary>
public sealed class QuantizedLinear : QuantizedLayer
{
    /// <param name="inFeatures">Inputs.</param>
    /// <param name="outFeatures">Outputs.</param>
    /// <param name="bias">Whether a full-precision bias is added.</param>
    /// <param name="weights">Quantiser of the weights.</param>
    /// <param name="activations">Quantiser of the input.</param>
    public QuantizedLinear(long inFeatures, long outFeatures, bool bias, WeightQuantizer weights, ActivationQuantizer activations)
        : base(nameof(QuantizedLinear), [outFeatures, inFeatures], bias, weights, activations) { }

    /// <inheritdoc />
    protected override Tensor Apply(Tensor input, Tensor weight, Tensor? bias) => nn.functional.linear(input, weight, bias);
}
