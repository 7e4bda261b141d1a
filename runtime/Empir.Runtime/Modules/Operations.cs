using static TorchSharp.torch;

namespace Empir.Modules;

/// <summary>
/// The parameterless layers of the spec as functions, and the combinators generated code is built from. A function leaves
/// its input alone and returns a new tensor; what it makes on the way, it releases, also when a layer throws.
/// </summary>
public static partial class Operations
{
    /// <summary>Applies <paramref name="layer" /> and releases <paramref name="input" />: a forward pass holds one activation at a time.</summary>
    /// <param name="input">An activation this call takes over; invalid afterwards.</param>
    /// <param name="layer">What comes next.</param>
    public static Tensor Then(this Tensor input, Func<Tensor, Tensor> layer)
    {
        using (input)
            return layer(input);
    }

    /// <summary>x itself: the shortcut of a residual block whose shape does not change.</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor Identity(Tensor x) => x.alias();

    /// <summary>[N, C, H, W] to [N, C·H·W].</summary>
    /// <param name="x">[N, ...].</param>
    public static Tensor Flatten(Tensor x) => x.flatten(1);

    /// <summary>x + by: before a quantiser of one bit, which turns at 1/2, it moves the value that a pixel is compared with.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="by">What is added.</param>
    public static Tensor Shift(Tensor x, double by) => x.Add(by);

    /// <summary>(x - mean) / deviation, channel by channel: the spec's <c>normalize</c>, inside the model.</summary>
    /// <param name="x">[N, C, H, W] in the spec's range.</param>
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
