using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;

namespace Empir.Generator.Checking.Layers;

/// <summary>A window sliding over a padded image: the arithmetic convolutions and pools share.</summary>
internal readonly record struct Window(Size Kernel, Size Stride, Padding Padding)
{
    /// <summary>Height and width of the result; null when the window is larger than the padded image.</summary>
    public Size? Slide(Shape input)
    {
        var height = input.Height + Padding.Top + Padding.Bottom - Kernel.Height;
        var width = input.Width + Padding.Left + Padding.Right - Kernel.Width;
        return height < 0 || width < 0 ? null : new((height / Stride.Height) + 1, (width / Stride.Width) + 1);
    }

    /// <summary>The smallest image it fits on.</summary>
    public Shape Smallest(Shape input) => Shape.Image(
        input.Channels,
        Math.Max(1, Kernel.Height - Padding.Top - Padding.Bottom),
        Math.Max(1, Kernel.Width - Padding.Left - Padding.Right));

    /// <summary>TensorFlow's <c>same</c>: as many outputs as strides fit, the odd pixel of padding after the image.</summary>
    public static Padding Same(Shape input, Size kernel, Size stride)
    {
        var (top, bottom) = Same(input.Height, kernel.Height, stride.Height);
        var (left, right) = Same(input.Width, kernel.Width, stride.Width);
        return new(left, right, top, bottom);
    }

    private static (int Before, int After) Same(int input, int kernel, int stride)
    {
        var outputs = (input + stride - 1) / stride;
        var total = Math.Max(0, ((outputs - 1) * stride) + kernel - input);
        return (total / 2, total - (total / 2));
    }
}
