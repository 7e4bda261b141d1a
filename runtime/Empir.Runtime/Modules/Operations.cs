using static TorchSharp.torch;

namespace Empir.Modules;

/// <summary>The parameterless layers of the spec as functions, and the one combinator generated code is built from.</summary>
public static class Operations
{
    /// <summary>Applies <paramref name="layer" /> and releases <paramref name="input" />: a forward pass holds one activation at a time.</summary>
    /// <param name="input">An activation this call takes over; invalid afterwards.</param>
    /// <param name="layer">What comes next.</param>
    public static Tensor Then(this Tensor input, Func<Tensor, Tensor> layer)
    {
        using (input)
            return layer(input);
    }

    /// <summary>max(x, 0).</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor Relu(Tensor x) => nn.functional.relu(x);

    /// <summary>[N, C, H, W] to [N, C·H·W].</summary>
    /// <param name="x">[N, ...].</param>
    public static Tensor Flatten(Tensor x) => x.flatten(1);

    /// <summary>Largest value under each window; padding never wins.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="kernel">Window (height, width).</param>
    /// <param name="stride">Step (height, width).</param>
    /// <param name="padding">Padding on both sides (height, width).</param>
    public static Tensor MaxPool2d(Tensor x, (long, long) kernel, (long, long) stride, (long, long) padding) =>
        nn.functional.max_pool2d(x, [kernel.Item1, kernel.Item2], [stride.Item1, stride.Item2], [padding.Item1, padding.Item2]);

    /// <summary>Mean under each window; zero padding counts, as PyTorch's default.</summary>
    /// <inheritdoc cref="MaxPool2d" />
    public static Tensor AvgPool2d(Tensor x, (long, long) kernel, (long, long) stride, (long, long) padding) =>
        nn.functional.avg_pool2d(x, [kernel.Item1, kernel.Item2], [stride.Item1, stride.Item2], [padding.Item1, padding.Item2]);

    /// <summary>Zeros around the image: what <c>padding: same</c> needs when the two sides differ.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="left">Columns before.</param>
    /// <param name="right">Columns after.</param>
    /// <param name="top">Rows before.</param>
    /// <param name="bottom">Rows after.</param>
    public static Tensor Pad(Tensor x, int left, int right, int top, int bottom) =>
        nn.functional.pad(x, [left, right, top, bottom]);

    /// <summary>(x - mean) / deviation, channel by channel: the spec's <c>normalize</c>, inside the model.</summary>
    /// <param name="x">[N, C, H, W] in the spec's range; not released.</param>
    /// <param name="mean">One value per channel.</param>
    /// <param name="deviation">One value per channel.</param>
    public static Tensor Normalize(Tensor x, float[] mean, float[] deviation)
    {
        using var m = tensor(mean, [1, mean.Length, 1, 1], dtype: x.dtype, device: x.device);
        using var d = tensor(deviation, [1, deviation.Length, 1, 1], dtype: x.dtype, device: x.device);
        using var centred = x - m;
        return centred / d;
    }
}
