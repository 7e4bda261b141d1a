using static TorchSharp.torch;

namespace Empir.Modules;

public static partial class Operations
{
    /// <summary>Largest value under each window; padding never wins.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="kernel">Window (height, width).</param>
    /// <param name="stride">Step (height, width).</param>
    /// <param name="padding">Padding on both sides (height, width).</param>
    /// <param name="dilation">Distance of the window's values (height, width); 1 if not given.</param>
    /// <param name="ceilMode">Whether a last window may reach beyond the padded image.</param>
    public static Tensor MaxPool2d(
        Tensor x, (long, long) kernel, (long, long) stride, (long, long) padding, (long, long)? dilation = null, bool ceilMode = false) =>
        nn.functional.max_pool2d(x, Sizes(kernel), Sizes(stride), Sizes(padding), Sizes(dilation ?? (1, 1)), ceilMode);

    /// <summary>Mean under each window.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="kernel">Window (height, width).</param>
    /// <param name="stride">Step (height, width).</param>
    /// <param name="padding">Zeros on both sides (height, width).</param>
    /// <param name="ceilMode">Whether a last window may reach beyond the padded image.</param>
    /// <param name="countIncludePad">Whether the zeros count in the mean, as is PyTorch's default.</param>
    public static Tensor AvgPool2d(
        Tensor x, (long, long) kernel, (long, long) stride, (long, long) padding, bool ceilMode = false, bool countIncludePad = true) =>
        nn.functional.avg_pool2d(x, Sizes(kernel), Sizes(stride), Sizes(padding), ceilMode, countIncludePad);

    /// <summary>TensorFlow's <c>same</c> average: the mean of those pixels under each window that the image has.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="kernel">Window (height, width).</param>
    /// <param name="stride">Step (height, width).</param>
    /// <param name="left">Columns missing before.</param>
    /// <param name="right">Columns missing after.</param>
    /// <param name="top">Rows missing before.</param>
    /// <param name="bottom">Rows missing after.</param>
    public static Tensor AvgPool2dSame(Tensor x, (long, long) kernel, (long, long) stride, int left, int right, int top, int bottom)
    {
        using var sums = Sums(x);
        using var pixels = ones([1, 1, x.shape[2], x.shape[3]], x.dtype, x.device);
        using var counts = Sums(pixels);
        return sums / counts;

        Tensor Sums(Tensor image) => Pad(image, left, right, top, bottom)
            .Then(padded => nn.functional.avg_pool2d(padded, Sizes(kernel), Sizes(stride), divisor_override: 1));
    }

    /// <summary>Mean under windows that divide the image into a grid.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="size">Output (height, width).</param>
    public static Tensor AdaptiveAvgPool2d(Tensor x, (long, long) size) => nn.functional.adaptive_avg_pool2d(x, Sizes(size));

    /// <summary>Largest value under windows that divide the image into a grid.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool2d" />
    public static Tensor AdaptiveMaxPool2d(Tensor x, (long, long) size) => nn.functional.adaptive_max_pool2d(x, Sizes(size));

    /// <summary>Mean of each channel: [N, C, H, W] to [N, C].</summary>
    /// <param name="x">[N, C, H, W].</param>
    public static Tensor GlobalAvgPool2d(Tensor x) => x.mean([2, 3]);

    /// <summary>Largest value of each channel: [N, C, H, W] to [N, C]. Equal largest values share the gradient.</summary>
    /// <inheritdoc cref="GlobalAvgPool2d" />
    public static Tensor GlobalMaxPool2d(Tensor x) => x.amax([2, 3]);

    private static long[] Sizes((long Height, long Width) size) => [size.Height, size.Width];
}
