using System.Runtime.CompilerServices;

namespace Empir.Packed.Networks;

/// <summary>A step that computes every pixel of an image from those under a window.</summary>
/// <param name="input">What it reads.</param>
/// <param name="target">What it writes.</param>
/// <param name="window">The window.</param>
internal abstract unsafe class PixelStep(Plane input, Plane target, PackedWindow window) : Step
{
    /// <summary>Shape of what it reads.</summary>
    protected PackedShape Image => input.Shape;

    /// <summary>Channels of a pixel.</summary>
    protected int Channels => input.Shape.Channels;

    /// <summary>Pixels of a row of the result.</summary>
    protected int Width => target.Shape.Width;

    /// <summary>Bytes from one pixel of the result to the next.</summary>
    protected int TargetBytes => target.PixelBytes;

    /// <summary>Bytes from one pixel of the window to the next: below, and on the right.</summary>
    protected (int Y, int X) Steps => (window.DilationY * input.RowBytes, window.DilationX * input.PixelBytes);

    protected PackedWindow Window => window;

    /// <summary>Computes a row.</summary>
    /// <param name="from">The first row of the windows that lies in the image.</param>
    /// <param name="lefts">Where from there the first column of each pixel's window that lies in it begins, in bytes.</param>
    /// <param name="rows">Rows of the windows that lie in it.</param>
    /// <param name="columns">Columns of each pixel's window that lie in it.</param>
    /// <param name="to">The result.</param>
    /// <param name="y">Row of the result.</param>
    protected abstract void Compute(byte* from, int* lefts, int rows, int* columns, byte* to, int y);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Chunk chunk)
    {
        var (height, width) = (target.Shape.Height, target.Shape.Width);
        var lefts = stackalloc int[width];
        var columns = stackalloc int[width];
        for (var x = 0; x < width; x++)
        {
            (var left, columns[x]) = Inside((x * window.StrideX) - window.Left, window.Width, window.DilationX, input.Shape.Width);
            lefts[x] = left * input.PixelBytes;
        }
        for (var i = 0; i < chunk.Images; i++)
        {
            for (var y = 0; y < height; y++)
            {
                var (top, rows) = Inside((y * window.StrideY) - window.Top, window.Height, window.DilationY, input.Shape.Height);
                Compute(chunk.Pixel(input, i, top, 0), lefts, rows, columns, chunk.Pixel(target, i, y, 0), y);
            }
        }
    }

    // The part of [first, first + size·dilation) that lies in [0, limit).
    private static (int First, int Count) Inside(int first, int size, int dilation, int limit)
    {
        var skipped = first < 0 ? (-first + dilation - 1) / dilation : 0;
        var start = first + (skipped * dilation);
        return (start, Math.Max(Math.Min(size - skipped, (limit - start + dilation - 1) / dilation), 0));
    }
}
