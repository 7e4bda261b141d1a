using static TorchSharp.torch;

namespace Empir.Convolutions;

/// <summary>
/// PyTorch's convolution in the form that libtorch runs fastest: the same sums, so the same values up to rounding. What each
/// form is worth is in docs/results.md.
/// </summary>
internal static class Conv2dForms
{
    // libtorch's gradients of a strided convolution are slow where its kernels find few channels to work on side by side.
    private const long FewChannels = 4;

    /// <summary>[N, C, H, W] with weights [C', C / groups, h, w] to [N, C', H', W'].</summary>
    public static Tensor Apply(
        Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups)
    {
        if (groups > 1 || dilation is not [1, 1])
            return nn.functional.conv2d(input, weight, bias, stride, padding, dilation, groups);
        if (padding is [0, 0] && input.shape[2] == weight.shape[2] && input.shape[3] == weight.shape[3])
            return WholeImage(input, weight, bias);
        if (stride[0] == stride[1] && stride[0] > 1 && input.shape[1] <= FewChannels && weight.shape[2] % stride[0] == 0 && weight.shape[3] % stride[0] == 0)
            return Unstrided(input, weight, bias, stride[0], padding);
        using var image = ChannelsLast(input);
        return nn.functional.conv2d(image, weight, bias, stride, padding, dilation, groups);
    }

    // A filter as large as the image is a row of a matrix.
    private static Tensor WholeImage(Tensor input, Tensor weight, Tensor? bias)
    {
        using var pixels = input.flatten(1);
        using var filters = weight.flatten(1);
        using var outputs = nn.functional.linear(pixels, filters, bias!);
        return outputs.view(-1, weight.shape[0], 1, 1);
    }

    // Every stride x stride square of the image becomes a pixel of stride² times as many channels, of the filter likewise; then the stride is 1.
    private static Tensor Unstrided(Tensor input, Tensor weight, Tensor? bias, long stride, long[] padding)
    {
        // Without the last rows, where they are no whole squares: no filter reaches them.
        long After(int side) => padding[side] - (input.shape[2 + side] + 2 * padding[side]) % stride;
        using var padded = nn.functional.pad(input, [padding[1], After(1), padding[0], After(0)]);
        using var squares = nn.functional.pixel_unshuffle(padded, stride);
        using var filters = nn.functional.pixel_unshuffle(weight, stride);
        return nn.functional.conv2d(squares, filters, bias);
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
