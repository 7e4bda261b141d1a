using System.Buffers.Binary;

namespace Empir.CommandLine.Reports;

/// <summary>An image as a data URI that browsers show: an uncompressed BMP, whose bytes are the same everywhere.</summary>
internal static class Bitmap
{
    private const int HeaderLength = 54, InfoLength = 40, BitsPerPixel = 24;

    /// <summary>Three or more channels are shown as red, green and blue, fewer as grey.</summary>
    /// <param name="pixels">[C, H, W].</param>
    /// <param name="shape">Channels, height and width.</param>
    /// <param name="minimum">What is black.</param>
    /// <param name="maximum">What is white.</param>
    public static string DataUri(ReadOnlySpan<float> pixels, IReadOnlyList<int> shape, float minimum, float maximum)
    {
        var (channels, height, width) = (shape[0], shape[1], shape[2]);
        var rowLength = (3 * width + 3) / 4 * 4;
        var file = new byte[HeaderLength + rowLength * height];
        WriteHeader(file, width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var colour = 0; colour < 3; colour++)
                {
                    // Rows from the bottom, colours from blue.
                    var value = pixels[((channels < 3 ? 0 : 2 - colour) * height + y) * width + x];
                    file[HeaderLength + (height - 1 - y) * rowLength + 3 * x + colour] = Byte((value - minimum) / (maximum - minimum));
                }
        return $"data:image/bmp;base64,{Convert.ToBase64String(file)}";
    }

    private static byte Byte(float share) => (byte)Math.Round(255 * (float.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1)));

    private static void WriteHeader(Span<byte> file, int width, int height)
    {
        file[0] = (byte)'B';
        file[1] = (byte)'M';
        BinaryPrimitives.WriteInt32LittleEndian(file[2..], file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file[10..], HeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(file[14..], InfoLength);
        BinaryPrimitives.WriteInt32LittleEndian(file[18..], width);
        BinaryPrimitives.WriteInt32LittleEndian(file[22..], height);
        file[26] = 1;
        file[28] = BitsPerPixel;
    }
}
