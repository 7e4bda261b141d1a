using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Networks;

/// <summary>Largest value under each window, of levels or of activations, and of a least one: 0 is ReLU.</summary>
internal sealed unsafe class MaxPoolStep<T>(Plane input, Plane target, PackedWindow window, T least) : PixelStep(input, target, window)
    where T : unmanaged, INumber<T>
{

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute(byte* from, int rows, int columns, byte* to, int y, int x)
    {
        var (channels, steps) = (Channels, Steps);
        var c = 0;
        for (; Vector512.IsHardwareAccelerated && c <= channels - Vector512<T>.Count; c += Vector512<T>.Count)
        {
            var largest = Vector512.Create(least);
            for (var r = 0; r < rows; r++)
            {
                var pixel = from + (r * steps.Y) + (c * sizeof(T));
                for (var k = 0; k < columns; k++, pixel += steps.X)
                    largest = Vector512.Max(largest, Vector512.Load((T*)pixel));
            }
            largest.Store((T*)to + c);
        }
        for (; c <= channels - Vector<T>.Count; c += Vector<T>.Count)
        {
            var largest = new Vector<T>(least);
            for (var r = 0; r < rows; r++)
            {
                var pixel = from + (r * steps.Y) + (c * sizeof(T));
                for (var k = 0; k < columns; k++, pixel += steps.X)
                    largest = Vector.Max(largest, Unsafe.ReadUnaligned<Vector<T>>(pixel));
            }
            Unsafe.WriteUnaligned(to + (c * sizeof(T)), largest);
        }
        for (; c < channels; c++)
        {
            var largest = least;
            for (var r = 0; r < rows; r++)
            {
                for (var k = 0; k < columns; k++)
                    largest = T.Max(largest, ((T*)(from + (r * steps.Y) + (k * steps.X)))[c]);
            }
            ((T*)to)[c] = largest;
        }
    }
}

/// <summary>Sum under each window.</summary>
internal abstract unsafe class SumPoolStep<T>(Plane input, Plane target, PackedWindow window) : PixelStep(input, target, window) where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void Sum(byte* from, int rows, int columns, T* sums)
    {
        var (channels, steps) = (Channels, Steps);
        var c = 0;
        for (; Vector512.IsHardwareAccelerated && c <= channels - Vector512<T>.Count; c += Vector512<T>.Count)
        {
            var sum = Vector512<T>.Zero;
            for (var r = 0; r < rows; r++)
            {
                var pixel = from + (r * steps.Y) + (c * sizeof(T));
                for (var k = 0; k < columns; k++, pixel += steps.X)
                    sum += Vector512.Load((T*)pixel);
            }
            sum.Store(sums + c);
        }
        for (; c <= channels - Vector<T>.Count; c += Vector<T>.Count)
        {
            var sum = Vector<T>.Zero;
            for (var r = 0; r < rows; r++)
            {
                var pixel = from + (r * steps.Y) + (c * sizeof(T));
                for (var k = 0; k < columns; k++, pixel += steps.X)
                    sum += Unsafe.ReadUnaligned<Vector<T>>(pixel);
            }
            Unsafe.WriteUnaligned(sums + c, sum);
        }
        for (; c < channels; c++)
        {
            var sum = T.Zero;
            for (var r = 0; r < rows; r++)
            {
                for (var k = 0; k < columns; k++)
                    sum += ((T*)(from + (r * steps.Y) + (k * steps.X)))[c];
            }
            sums[c] = sum;
        }
    }
}

/// <summary>Average of integer sums and what follows it, to levels: the division is in the thresholds.</summary>
internal sealed unsafe class SumsToLevelsStep(Plane input, Plane target, PackedWindow window, Requantizer levels) : SumPoolStep<int>(input, target, window)
{
    protected override void Compute(byte* from, int rows, int columns, byte* to, int y, int x)
    {
        var sums = stackalloc int[Channels];
        Sum(from, rows, columns, sums);
        var place = 0;
        levels.Apply(sums, 0, 1, to, &place);
    }
}

/// <summary>Average of integer sums and what follows it, to activations in full precision.</summary>
internal sealed unsafe class SumsToValuesStep(Plane input, Plane target, PackedWindow window, FloatEpilogue values) : SumPoolStep<int>(input, target, window)
{
    protected override void Compute(byte* from, int rows, int columns, byte* to, int y, int x)
    {
        var sums = stackalloc int[Channels];
        Sum(from, rows, columns, sums);
        var place = 0;
        values.Apply(sums, 0, 1, to, &place);
    }
}

/// <summary>Mean of activations under each window.</summary>
internal sealed unsafe class AvgPoolStep(Plane input, Plane target, PackedWindow window, bool countsPadding) : SumPoolStep<float>(input, target, window)
{
    protected override void Compute(byte* from, int rows, int columns, byte* to, int y, int x)
    {
        var sums = (float*)to;
        Sum(from, rows, columns, sums);
        // PyTorch's divisor: with padding, what of the window lies in the padded image.
        var divisor = countsPadding
            ? Padded(y * Window.StrideY, Window.Height, Image.Height + Window.Top + Window.Bottom) * Padded(x * Window.StrideX, Window.Width, Image.Width + Window.Left + Window.Right)
            : rows * columns;
        for (var c = 0; c < Channels; c++)
            sums[c] /= divisor;
    }

    private static int Padded(int first, int size, int limit) => Math.Min(size, limit - first);
}
