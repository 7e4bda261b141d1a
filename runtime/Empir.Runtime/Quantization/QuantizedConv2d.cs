using Empir.Convolutions;
using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>Convolution with quantised weights and input: [N, C, H, W] to [N, C', H', W'].</summary>
public sealed class QuantizedConv2d : QuantizedLayer
{
    private readonly SlidingFilters filters;

    /// <param name="inChannels">C.</param>
    /// <param name="outChannels">C'.</param>
    /// <param name="kernel">Kernel (height, width).</param>
    /// <param name="stride">Step (height, width).</param>
    /// <param name="padding">Zeros on both sides (height, width).</param>
    /// <param name="groups">Groups the channels are split into.</param>
    /// <param name="bias">Whether a full-precision bias is added.</param>
    /// <param name="weights">Quantiser of the weights.</param>
    /// <param name="activations">Quantiser of the input.</param>
    /// <param name="dilation">Distance of the kernel's weights (height, width); 1 if not given.</param>
    public QuantizedConv2d(
        long inChannels, long outChannels, (long Height, long Width) kernel, (long Height, long Width) stride,
        (long Height, long Width) padding, long groups, bool bias, WeightQuantizer weights, ActivationQuantizer activations,
        (long Height, long Width)? dilation = null)
        : base(nameof(QuantizedConv2d), [outChannels, inChannels / groups, kernel.Height, kernel.Width], bias, weights, activations) =>
        filters = new(stride, padding, dilation, groups);

    /// <summary>Groups the channels are split into.</summary>
    public long Groups => filters.Groups;

    /// <inheritdoc />
    protected override Tensor Apply(Tensor input, Tensor weight, Tensor? bias) => filters.Apply(input, weight, bias);
}
