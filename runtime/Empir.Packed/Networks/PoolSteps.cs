using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Networks;

/// <summary>Largest value under each window, of levels or of activations, and of a least one: 0 is ReLU.</summary>
internal sealed unsafe class MaxPoolStep<T>(Plane input, Plane target, PackedWindow window, T least) : PixelStep(input, target, window)
    where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute(byte* from, int* lefts, int rows, int* columns, byte* to, int y)
    {
        var ((down, right), channels, width, step) = (Steps, Channels, Width, TargetBytes);
        for (var x = 0; x < width; x++, to += step)
        {
            var (window, count, c) = ((nint)from + lefts[x], columns[x], 0);
            for (; Vector512.IsHardwareAccelerated && c <= channels - Vector512<T>.Count; c += Vector512<T>.Count, window += Vector512<byte>.Count)
            {
                var largest = Vector512.Create(least);
                var row = window;
                for (var r = 0; r < rows; r++, row += down)
                {
                    var pixel = row;
                    for (var k = 0; k < count; k++, pixel += right)
                        largest = Vector512.Max(largest, Vector512.Load((T*)pixel));
                }
                largest.Store((T*)to + c);
            }
            for (; c <= channels - Vector<T>.Count; c += Vector<T>.Count, window += Vector<byte>.Count)
            {
                var largest = new Vector<T>(least);
                var row = window;
                for (var r = 0; r < rows; r++, row += down)
                {
                    var pixel = row;
                    for (var k = 0; k < count; k++, pixel += right)
                        largest = Vector.Max(largest, Unsafe.ReadUnaligned<Vector<T>>((byte*)pixel));
                }
                Unsafe.WriteUnaligned(to + (c * sizeof(T)), largest);
            }
            for (; c < channels; c++, window += sizeof(T))
            {
                var largest = least;
                for (var r = 0; r < rows; r++)
                {
                    for (var k = 0; k < count; k++)
                        largest = T.Max(largest, *(T*)(window + (r * down) + (k * right)));
                }
                ((T*)to)[c] = largest;
            }
        }
    }
}

/// <summary>Sums under windows.</summary>
internal abstract unsafe class SumPoolStep<T>(Plane input, Plane target, PackedWindow window) : PixelStep(input, target, window) where T : unmanaged, INumber<T>
{
    /// <summary>Sums of some pixels of a row, channels one beside the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void Sum(byte* from, int* lefts, int rows, int* columns, int pixels, T* sums)
    {
        var ((down, right), channels) = (Steps, Channels);
        for (var x = 0; x < pixels; x++, sums += channels)
        {
            var (window, count, c) = ((nint)from + lefts[x], columns[x], 0);
            for (; Vector512.IsHardwareAccelerated && c <= channels - Vector512<T>.Count; c += Vector512<T>.Count, window += Vector512<byte>.Count)
            {
                var sum = Vector512<T>.Zero;
                var row = window;
                for (var r = 0; r < rows; r++, row += down)
                {
                    var pixel = row;
                    for (var k = 0; k < count; k++, pixel += right)
                        sum += Vector512.Load((T*)pixel);
                }
                sum.Store(sums + c);
            }
            for (; c <= channels - Vector<T>.Count; c += Vector<T>.Count, window += Vector<byte>.Count)
            {
                var sum = Vector<T>.Zero;
                var row = window;
                for (var r = 0; r < rows; r++, row += down)
                {
                    var pixel = row;
                    for (var k = 0; k < count; k++, pixel += right)
                        sum += Unsafe.ReadUnaligned<Vector<T>>((byte*)pixel);
                }
                Unsafe.WriteUnaligned(sums + c, sum);
            }
            for (; c < channels; c++, window += sizeof(T))
            {
                var sum = T.Zero;
                for (var r = 0; r < rows; r++)
                {
                    for (var k = 0; k < count; k++)
                        sum += *(T*)(window + (r * down) + (k * right));
                }
                sums[c] = sum;
            }
        }
    }
}

/// <summary>Average of integer sums and what follows it, to levels: the division is in the thresholds.</summary>
internal sealed unsafe class SumsToLevelsStep(Plane input, Plane target, PackedWindow window, Lazy<Requantizer> following) : SumPoolStep<int>(input, target, window)
{
    // Pixels whose sums are on the stack.
    private const int Together = 8;

    private Requantizer? levels;

    public override void Finish(int chunk) => levels = following.Value;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute(byte* from, int* lefts, int rows, int* columns, byte* to, int y)
    {
        var sums = stackalloc int[Together * Channels];
        var places = stackalloc int[Together];
        for (var i = 0; i < Together; i++)
            places[i] = i * TargetBytes;
        for (var x = 0; x < Width; x += Together, to += Together * TargetBytes)
        {
            var pixels = Math.Min(Together, Width - x);
            Sum(from, lefts + x, rows, columns + x, pixels, sums);
            levels!.Apply(sums, Channels, pixels, to, places);
        }
    }
}

/// <summary>Mean of activations under each window.</summary>
internal sealed unsafe class AvgPoolStep(Plane input, Plane target, PackedWindow window, bool countsPadding) : SumPoolStep<float>(input, target, window)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute(byte* from, int* lefts, int rows, int* columns, byte* to, int y)
    {
        // Activations lie side by side.
        Sum(from, lefts, rows, columns, Width, (float*)to);
        var (channels, width, above) = (Channels, Width, Padded(y * Window.StrideY, Window.Height, Image.Height + Window.Top + Window.Bottom));
        var sums = (float*)to;
        for (var x = 0; x < width; x++, sums += channels)
        {
            // PyTorch's divisor: with padding, what of the window lies in the padded image.
            float divisor = countsPadding ? above * Padded(x * Window.StrideX, Window.Width, Image.Width + Window.Left + Window.Right) : rows * columns[x];
            var c = 0;
            for (; c <= channels - Vector256<float>.Count; c += Vector256<float>.Count)
                (Vector256.Load(sums + c) / divisor).Store(sums + c);
            for (; c < channels; c++)
                sums[c] /= divisor;
        }
    }

    private static int Padded(int first, int size, int limit) => Math.Min(size, limit - first);
}
