namespace Empir.Data;

/// <summary>An image's pixels, wherever its channels lie.</summary>
internal readonly ref struct ImagePixels
{
    private readonly ReadOnlySpan<byte> bytes;
    private readonly int pixel, plane;

    private ImagePixels(ReadOnlySpan<byte> bytes, int channels, int height, int width, int pixel, int plane)
    {
        this.bytes = bytes;
        (Channels, Height, Width, this.pixel, this.plane) = (channels, height, width, pixel, plane);
    }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public byte this[int channel, int row, int column] => bytes[(channel * plane) + (((row * Width) + column) * pixel)];

    /// <summary>Red, green and blue of [H, W, 4].</summary>
    public static ImagePixels OfRgba(ReadOnlySpan<byte> bytes, int height, int width) => new(bytes, 3, height, width, 4, 1);

    /// <summary>[C, H, W].</summary>
    public static ImagePixels OfPlanes(ReadOnlySpan<byte> bytes, int channels, int height, int width) => new(bytes, channels, height, width, 1, height * width);
}
