using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;

namespace Empir.Generator.Layers;

/// <summary>Zeros around an image.</summary>
internal readonly record struct Padding(int Left, int Right, int Top, int Bottom)
{
    public bool IsSymmetric => Left == Right && Top == Bottom;

    public bool IsNone => this == default;

    public override string ToString() => FormattableString.Invariant($"{Left},{Right},{Top},{Bottom}");

    public static Padding Around(Size size) => new(size.Width, size.Width, size.Height, size.Height);

    /// <summary>The image with its padding.</summary>
    public Shape Pad(Shape image) => Shape.Image(image.Channels, image.Height + Top + Bottom, image.Width + Left + Right);

    public Argument[] Arguments =>
        [Argument.Named("left", Left), Argument.Named("right", Right), Argument.Named("top", Top), Argument.Named("bottom", Bottom)];
}

/// <summary>A window sliding over a padded image: the arithmetic convolutions and pools share.</summary>
internal readonly record struct Window(Size Kernel, Size Stride, Padding Padding, Size Dilation, bool CeilMode = false)
{
    public static Size One => new(1, 1);

    /// <summary>Height and width of the result; null when the window is larger than the padded image.</summary>
    public Size? Slide(Shape input)
    {
        var height = Slide(input.Height, Padding.Top, Padding.Bottom, Span.Height, Stride.Height);
        var width = Slide(input.Width, Padding.Left, Padding.Right, Span.Width, Stride.Width);
        return height < 1 || width < 1 ? null : new(height, width);
    }

    /// <summary>The smallest image it fits on.</summary>
    public Shape Smallest(Shape input) => Shape.Image(
        input.Channels,
        Math.Max(1, Span.Height - Padding.Top - Padding.Bottom),
        Math.Max(1, Span.Width - Padding.Left - Padding.Right));

    /// <summary>TensorFlow's <c>same</c>: as many outputs as strides fit, the odd pixel of padding after the image.</summary>
    public static Padding Same(Shape input, Size kernel, Size stride, Size dilation)
    {
        var span = new Window(kernel, stride, default, dilation).Span;
        var (top, bottom) = Same(input.Height, span.Height, stride.Height);
        var (left, right) = Same(input.Width, span.Width, stride.Width);
        return new(left, right, top, bottom);
    }

    // Pixels from a window's first to its last.
    private Size Span => new(((Kernel.Height - 1) * Dilation.Height) + 1, ((Kernel.Width - 1) * Dilation.Width) + 1);

    private int Slide(int input, int before, int after, int span, int stride)
    {
        var room = input + before + after - span + (CeilMode ? stride - 1 : 0);
        if (room < 0)
            return 0;
        var outputs = (room / stride) + 1;
        // PyTorch: the last window must start inside the image or its padding before it.
        return CeilMode && (outputs - 1) * stride >= input + before ? outputs - 1 : outputs;
    }

    private static (int Before, int After) Same(int input, int span, int stride)
    {
        var outputs = (input + stride - 1) / stride;
        var total = Math.Max(0, ((outputs - 1) * stride) + span - input);
        return (total / 2, total - (total / 2));
    }
}
