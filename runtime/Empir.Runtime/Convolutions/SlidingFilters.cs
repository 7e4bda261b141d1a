using static TorchSharp.torch;

namespace Empir.Convolutions;

/// <summary>
/// How a convolution's filters slide, and PyTorch's convolution in the form that libtorch runs fastest, and right: the same sums, so
/// the same values up to rounding.
/// </summary>
internal sealed class SlidingFilters
{
    // libtorch's gradients of a strided convolution are slow where its kernels find few channels to work on side by side.
    private const long FewChannels = 4;

    // oneDNN keeps channels in blocks of up to 16; below 8 it takes the image as it is.
    private const long Block = 16;
    private const long SmallestBlock = 8;

    private readonly long[] stride, padding, dilation;

    /// <param name="stride">Step (height, width).</param>
    /// <param name="padding">Zeros on both sides (height, width).</param>
    /// <param name="dilation">Distance of a filter's weights (height, width); 1 if null.</param>
    /// <param name="groups">Groups the channels are split into.</param>
    public SlidingFilters(
        (long Height, long Width) stride, (long Height, long Width) padding, (long Height, long Width)? dilation, long groups)
    {
        this.stride = [stride.Height, stride.Width];
        this.padding = [padding.Height, padding.Width];
        this.dilation = dilation is { } gap ? [gap.Height, gap.Width] : [1, 1];
        Groups = groups;
    }

    /// <summary>Groups the channels are split into.</summary>
    public long Groups { get; }

    /// <summary>[N, C, H, W] with weights [C', C / groups, h, w] to [N, C', H', W'].</summary>
    public Tensor Apply(Tensor input, Tensor weight, Tensor? bias)
    {
        if (Groups > 1)
            return nn.functional.conv2d(input, weight, bias, stride, padding, dilation, Groups);
        if (dilation is not [1, 1])
            return WholeBlocks(input, weight, bias, stride, padding, dilation);
        if (padding is [0, 0] && input.shape[2] == weight.shape[2] && input.shape[3] == weight.shape[3])
            return WholeImage(input, weight, bias);
        if (stride[0] == stride[1] && stride[0] > 1 && input.shape[1] <= FewChannels && weight.shape[2] % stride[0] == 0 && weight.shape[3] % stride[0] == 0)
            return Unstrided(input, weight, bias, stride[0]);
        using var image = ChannelsLast(input);
        return WholeBlocks(image, weight, bias, stride, padding, dilation);
    }

    // On some processors the oneDNN 3.7 of libtorch 2.10 reads what memory held before in the channels that fill up a block: values and gradients
    // of other layers, or NaN. Zeros of our own fill it up instead, and there is no part of a block.
    private static Tensor WholeBlocks(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation)
    {
        long Missing(long channels) => (Block - (channels % Block)) % Block;
        var outputs = weight.shape[0];
        var (missing, missingInputs) = (Missing(outputs), weight.shape[1] < SmallestBlock ? 0 : Missing(weight.shape[1]));
        if ((missing == 0 && missingInputs == 0) || input.device_type != DeviceType.CPU)
            return nn.functional.conv2d(input, weight, bias, stride, padding, dilation);
        using var image = missingInputs == 0 ? input.alias() : nn.functional.pad(input, [0, 0, 0, 0, 0, missingInputs]);
        using var filters = nn.functional.pad(weight, [0, 0, 0, 0, 0, missingInputs, 0, missing]);
        using var shifts = bias is null ? null : nn.functional.pad(bias, [0, missing]);
        using var blocks = nn.functional.conv2d(image, filters, shifts, stride, padding, dilation);
        return blocks.narrow(1, 0, outputs);
    }

    // A filter as large as the image is a row of a matrix.
    private static Tensor WholeImage(Tensor input, Tensor weight, Tensor? bias)
    {
        using var pixels = input.flatten(1);
        using var filters = weight.flatten(1);
        using var outputs = nn.functional.linear(pixels, filters, bias!);
        return outputs.view(-1, weight.shape[0], 1, 1);
    }

    // Every square of the image, as wide as the step, becomes a pixel of so many times more channels, of the filter likewise; then the step is 1.
    private Tensor Unstrided(Tensor input, Tensor weight, Tensor? bias, long step)
    {
        // Without the last rows, where they are no whole squares: no filter reaches them.
        long After(int side) => padding[side] - (input.shape[2 + side] + 2 * padding[side]) % step;
        using var padded = nn.functional.pad(input, [padding[1], After(1), padding[0], After(0)]);
        using var squares = nn.functional.pixel_unshuffle(padded, step);
        using var filters = nn.functional.pixel_unshuffle(weight, step);
        return WholeBlocks(squares, filters, bias, [1, 1], [0, 0], [1, 1]);
    }

    // The layout libtorch pools fastest, and convolves in place of a copy of its own; what follows keeps it.
    private static Tensor ChannelsLast(Tensor input)
    {
        if (input.shape[1] == 1)
            return input.alias();
        using var last = input.permute(0, 2, 3, 1);
        using var dense = last.contiguous();
        return dense.permute(0, 3, 1, 2);
    }
}
