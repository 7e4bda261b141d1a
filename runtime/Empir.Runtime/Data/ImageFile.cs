using Empir.Formats;
using SkiaSharp;

namespace Empir.Data;

/// <summary>One JPEG or PNG as a network's input, plane by plane: as large as it is, or short side scaled and centre cut out.</summary>
internal static class ImageFile
{
    // Larger than any photograph; a file of a few bytes may claim more.
    private const long MostPixels = 1 << 28;

    /// <summary>
    /// Reads one image. The short side becomes <paramref name="resize" /> pixels, see <see cref="ImageScaler" />; the central square of
    /// <paramref name="crop" /> is kept. Transparency and camera orientation are ignored.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="resize">Short side before cutting, pixels.</param>
    /// <param name="crop">Sides of the result, pixels; at most <paramref name="resize" />.</param>
    /// <returns>Bytes, [3, crop, crop].</returns>
    /// <exception cref="UserErrorException">The file is missing or is no whole image.</exception>
    public static byte[] Read(string path, int resize, int crop)
    {
        var (pixels, width, height) = Decode(path);
        var result = new byte[3 * crop * crop];
        ImageScaler.Centre(ImagePixels.OfRgba(pixels, height, width), resize, crop, result);
        return result;
    }

    /// <summary>Reads a part of an image, scaled to a square.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cut">The part, of an image of such a height and width.</param>
    /// <param name="side">Sides of the result, pixels.</param>
    /// <returns>Bytes, [3, side, side].</returns>
    /// <exception cref="UserErrorException">The file is missing or is no whole image.</exception>
    public static byte[] Read(string path, Func<int, int, ImageCut> cut, int side)
    {
        var (pixels, width, height) = Decode(path);
        var result = new byte[3 * side * side];
        ImageScaler.Cut(ImagePixels.OfRgba(pixels, height, width), cut(height, width), side, side, result);
        return result;
    }

    /// <summary>Reads one image that has a network's size already. Transparency is ignored.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">Channels, 1 or 3, height and width.</param>
    /// <returns>Bytes, [C, H, W].</returns>
    /// <exception cref="UserErrorException">The file is missing, no whole image, of another size, or in colour where one channel is wanted.</exception>
    public static byte[] ReadExactly(string path, (int Channels, int Height, int Width) shape)
    {
        var (channels, height, width) = shape;
        if (channels is not (1 or 3))
            throw new UserErrorException($"{path}: an image file has 1 or 3 channels, and the network takes {channels}.");
        var (pixels, foundWidth, foundHeight) = Decode(path);
        if ((foundWidth, foundHeight) != (width, height))
            throw new UserErrorException($"{path} has {foundWidth} x {foundHeight} pixels, and the network takes {width} x {height}; scale or cut it as the dataset's images were.");
        var result = new byte[channels * height * width];
        for (var i = 0; i < height * width; i++)
        {
            var (red, green, blue) = (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]);
            if (channels == 1 && (red != green || green != blue))
                throw new UserErrorException($"{path} is in colour, and the network takes grey images; convert it first.");
            for (var channel = 0; channel < channels; channel++)
                result[(channel * height * width) + i] = pixels[(4 * i) + channel];
        }
        return result;
    }

    private static (byte[] Pixels, int Width, int Height) Decode(string path) =>
        DatasetFile.Read(path, () => File.OpenRead(path), stream =>
        {
            using var codec = SKCodec.Create(stream, out var opened);
            if (codec is null)
                throw new CorruptFileException(path, $"it is no image that can be read ({opened})");
            var (width, height) = (codec.Info.Width, codec.Info.Height);
            if ((long)width * height > MostPixels)
                throw new CorruptFileException(path, $"it claims {width} x {height} pixels");
            var pixels = new byte[width * height * 4];
            var result = Decode(codec, width, height, pixels);
            if (result != SKCodecResult.Success)
                throw new CorruptFileException(path, result == SKCodecResult.IncompleteInput ? "it is cut off" : $"its pixels cannot be read ({result})");
            return (pixels, width, height);
        });

    private static unsafe SKCodecResult Decode(SKCodec codec, int width, int height, byte[] pixels)
    {
        fixed (byte* start = pixels)
            return codec.GetPixels(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul), (nint)start);
    }
}
