using Empir.Convolutions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Modules;

/// <summary>
/// Full-precision convolution: [N, C, H, W] to [N, C', H', W']. PyTorch's, in the form that libtorch runs fastest: the same sums
/// in another order.
/// </summary>
public sealed class FullConv2d : nn.Module<Tensor, Tensor>
{
    // The names are PyTorch's: TorchSharp writes a moved parameter back to the field called like it.
#pragma warning disable IDE0044, IDE1006
    private Parameter weight;
    private Parameter? bias;
#pragma warning restore IDE0044, IDE1006
    private readonly SlidingFilters filters;

    /// <param name="inChannels">C.</param>
    /// <param name="outChannels">C'.</param>
    /// <param name="kernel">Kernel (height, width).</param>
    /// <param name="stride">Step (height, width).</param>
    /// <param name="padding">Zeros on both sides (height, width).</param>
    /// <param name="groups">Groups the channels are split into.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="dilation">Distance of the kernel's weights (height, width); 1 if not given.</param>
    public FullConv2d(
        long inChannels, long outChannels, (long Height, long Width) kernel, (long Height, long Width) stride,
        (long Height, long Width) padding, long groups, bool bias, (long Height, long Width)? dilation = null)
        : base(nameof(FullConv2d))
    {
        filters = new(stride, padding, dilation, groups);
        weight = new Parameter(zeros(outChannels, inChannels / groups, kernel.Height, kernel.Width));
        register_parameter(nameof(weight), weight);
        if (bias)
        {
            this.bias = new Parameter(zeros(outChannels));
            register_parameter(nameof(bias), this.bias);
        }
    }

    /// <summary>[C', C / groups, h, w].</summary>
    public Parameter Weight => weight;

    /// <summary>[C'], if there is one.</summary>
    public Parameter? Bias => bias;

    /// <summary>Groups the channels are split into.</summary>
    public long Groups => filters.Groups;

    /// <inheritdoc />
    public override Tensor forward(Tensor input) => filters.Apply(input, weight, bias);

    /// <inheritdoc />
    protected override void RegisterComponents() { }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            weight.Dispose();
            bias?.Dispose();
        }
        base.Dispose(disposing);
    }
}
