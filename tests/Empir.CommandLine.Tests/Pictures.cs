using SkiaSharp;

namespace Empir.CommandLine.Tests;

/// <summary>Image files for tests.</summary>
internal static class Pictures
{
    /// <summary>A grey PNG of a square.</summary>
    public static string Grey(string path, byte[] pixels) => Write(path, (int)Math.Sqrt(pixels.Length), i => new(pixels[i], pixels[i], pixels[i]));

    /// <summary>A PNG of a square in red.</summary>
    public static string Red(string path, int side) => Write(path, side, _ => SKColors.Red);

    private static string Write(string path, int side, Func<int, SKColor> color)
    {
        using var bitmap = new SKBitmap(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var i = 0; i < side * side; i++)
            bitmap.SetPixel(i % side, i / side, color(i));
        using var file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        return path;
    }
}
