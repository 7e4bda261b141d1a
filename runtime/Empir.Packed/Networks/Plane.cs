namespace Empir.Packed.Networks;

/// <summary>
/// An activation of a chunk of images: [N, H, W, C], each image with a border that convolutions may read. Where it lies in a
/// workspace is known once every reader has asked for the border it needs.
/// </summary>
/// <param name="shape">One image, without border.</param>
/// <param name="elementSize">Bytes of a value: 1 for levels, 4 for floats and sums.</param>
/// <param name="channelStride">Values from one pixel to the next, at least C.</param>
/// <param name="border">The byte that fills everything that no step writes.</param>
internal sealed class Plane(PackedShape shape, int elementSize, int channelStride, byte border)
{
    /// <summary>Bytes behind a plane that a kernel may read, whatever they hold.</summary>
    public const int Slack = 128;

    private int top, left, bottom, right;

    public PackedShape Shape { get; } = shape;

    public int ElementSize { get; } = elementSize;

    /// <summary>The byte that fills everything that no step writes.</summary>
    public byte Border { get; } = border;

    /// <summary>Bytes from one pixel to the next.</summary>
    public int PixelBytes => channelStride * ElementSize;

    /// <summary>Values from one pixel to the next.</summary>
    public int ChannelStride => channelStride;

    /// <summary>Bytes from one row to the next.</summary>
    public int RowBytes => (left + Shape.Width + right) * PixelBytes;

    /// <summary>Bytes from one image to the next: a whole number of pixels. A network has no plane of more than 32 bits can count.</summary>
    public int ImageBytes => (top + Shape.Height + bottom) * RowBytes;

    /// <summary>Where in a workspace it begins, border included.</summary>
    public long Offset { get; private set; } = -1;

    /// <summary>Makes the border at least so wide.</summary>
    public void Grow(int top, int left, int bottom, int right)
    {
        this.top = Math.Max(this.top, top);
        this.left = Math.Max(this.left, left);
        this.bottom = Math.Max(this.bottom, bottom);
        this.right = Math.Max(this.right, right);
    }

    /// <summary>Bytes of so many images and what lies behind them.</summary>
    public long Bytes(int images) => ((long)(top + Shape.Height + bottom) * (left + Shape.Width + right) * PixelBytes * images) + Slack;

    /// <summary>Gives it a place and returns where the next one may begin.</summary>
    public long Place(long offset, int images)
    {
        Offset = offset;
        return offset + Bytes(images);
    }

    /// <summary>Bytes from the beginning of an image, border included, to a pixel.</summary>
    public int At(int y, int x) => ((top + y) * RowBytes) + ((left + x) * PixelBytes);
}
