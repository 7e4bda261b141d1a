namespace Empir.Data;

/// <summary>
/// Bilinear interpolation at pixels' centres, without smoothing first, as the evaluation of AlexNet and its successors has it.
/// </summary>
internal static class ImageScaler
{
    /// <summary>The central square of an image whose short side is scaled; only the pixels that stay are computed.</summary>
    /// <param name="image">The image.</param>
    /// <param name="resize">Short side before cutting, pixels.</param>
    /// <param name="crop">Sides of the result, pixels; at most <paramref name="resize" />.</param>
    /// <param name="result">Takes bytes [C, crop, crop].</param>
    public static void Centre(in ImagePixels image, int resize, int crop, Span<byte> result)
    {
        var scale = (double)Math.Min(image.Width, image.Height) / resize;
        Interpolate(image, Taps(image.Height, (int)(image.Height / scale)), Taps(image.Width, (int)(image.Width / scale)), result);

        Tap[] Taps(int size, int scaled) => Between(0, size, (scaled - crop) / 2, size, scaled, crop);
    }

    /// <summary>A rectangle of an image, scaled; pixels beside it have no part in it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cut">The rectangle.</param>
    /// <param name="height">Height of the result.</param>
    /// <param name="width">Width of the result.</param>
    /// <param name="result">Takes bytes [C, height, width].</param>
    public static void Cut(in ImagePixels image, ImageCut cut, int height, int width, Span<byte> result) =>
        Interpolate(image, Between(cut.Top, cut.Height, 0, cut.Height, height, height), Between(cut.Left, cut.Width, 0, cut.Width, width, width), result);

    // Pixels from a number on of a side that is scaled: the two of the image around each one's centre, and how far it is to the second.
    private static Tap[] Between(int start, int length, int from, int size, int scaled, int count)
    {
        var taps = new Tap[count];
        for (var i = 0; i < count; i++)
        {
            var centre = Math.Clamp((i + from + 0.5) * size / scaled - 0.5, 0, length - 1);
            var first = (int)centre;
            taps[i] = new(start + first, start + Math.Min(first + 1, length - 1), (float)(centre - first));
        }
        return taps;
    }

    private static void Interpolate(in ImagePixels image, Tap[] rows, Tap[] columns, Span<byte> result)
    {
        for (var channel = 0; channel < image.Channels; channel++)
        {
            for (var y = 0; y < rows.Length; y++)
            {
                var (top, bottom, down) = rows[y];
                for (var x = 0; x < columns.Length; x++)
                {
                    var (left, right, across) = columns[x];
                    var above = Mix(image[channel, top, left], image[channel, top, right], across);
                    var below = Mix(image[channel, bottom, left], image[channel, bottom, right], across);
                    result[(((channel * rows.Length) + y) * columns.Length) + x] = (byte)(Mix(above, below, down) + 0.5f);
                }
            }
        }
    }

    private static float Mix(float a, float b, float share) => a + (b - a) * share;

    private readonly record struct Tap(int First, int Second, float Share);
}
