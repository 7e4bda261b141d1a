using static TorchSharp.torch;

namespace Empir.Modules;

public static partial class Operations
{
    /// <summary>Zeros around the image: what <c>padding: same</c> needs when the two sides differ.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="left">Columns before.</param>
    /// <param name="right">Columns after.</param>
    /// <param name="top">Rows before.</param>
    /// <param name="bottom">Rows after.</param>
    public static Tensor Pad(Tensor x, int left, int right, int top, int bottom) => Pad(x, left, right, top, bottom, value: 0);

    /// <summary>A constant around the image.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="left">Columns before.</param>
    /// <param name="right">Columns after.</param>
    /// <param name="top">Rows before.</param>
    /// <param name="bottom">Rows after.</param>
    /// <param name="value">The constant.</param>
    public static Tensor Pad(Tensor x, int left, int right, int top, int bottom, double value) =>
        nn.functional.pad(x, [left, right, top, bottom], PaddingModes.Constant, value);

    /// <summary>The image continued beyond its edges: mirrored, repeated or wrapped around.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="left">Columns before.</param>
    /// <param name="right">Columns after.</param>
    /// <param name="top">Rows before.</param>
    /// <param name="bottom">Rows after.</param>
    /// <param name="mode">Reflect (the edge itself is not repeated), Replicate or Circular.</param>
    public static Tensor Pad(Tensor x, int left, int right, int top, int bottom, PaddingModes mode) =>
        nn.functional.pad(x, [left, right, top, bottom], mode);

    /// <summary>Channels of zeros before and after: the parameterless shortcut of ResNets for CIFAR (He et al., arXiv 1512.03385, option A).</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="before">Channels before.</param>
    /// <param name="after">Channels after.</param>
    public static Tensor PadChannels(Tensor x, int before, int after) =>
        nn.functional.pad(x, [0, 0, 0, 0, before, after]);
}
