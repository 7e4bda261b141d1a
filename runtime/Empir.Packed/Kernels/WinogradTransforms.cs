using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>
/// Winograd's convolution in one dimension, four outputs from a window of r: both are taken as polynomials, of which n = r + 3
/// values decide the product, so n multiplications take the place of 4r. The values are those at 0, at pairs ±a, and at infinity;
/// in pairs, half of the work serves two. Images and sums are transformed here; filters, once, in <see cref="WinogradFilters" />.
/// </summary>
internal unsafe interface IWinogradTransforms
{
    /// <summary>n: values at the points, and pixels that a tile reads.</summary>
    static abstract int Size { get; }

    /// <summary>The finite points in the order of their values; infinity follows.</summary>
    static abstract ReadOnlySpan<double> Points { get; }

    /// <summary>From n pixels to n values at the points.</summary>
    /// <param name="from">The first pixel.</param>
    /// <param name="pixel">Floats from one pixel to the next.</param>
    /// <param name="to">Takes the first value.</param>
    /// <param name="value">Floats from one value to the next.</param>
    static abstract void Image<TVector, V>(float* from, nint pixel, float* to, nint value) where TVector : struct, IFloatVector<V> where V : unmanaged;

    /// <summary>From n sums of products to four outputs.</summary>
    /// <param name="from">The first sum.</param>
    /// <param name="sum">Floats from one sum to the next.</param>
    /// <param name="to">Takes the first output.</param>
    /// <param name="output">Floats from one output to the next.</param>
    static abstract void Outputs<TVector, V>(float* from, nint sum, float* to, nint output) where TVector : struct, IFloatVector<V> where V : unmanaged;
}

/// <summary>Windows of 3: 0, ±3/4, ±3/2, infinity. Every constant is exact in binary.</summary>
internal readonly unsafe struct WinogradTransforms6 : IWinogradTransforms
{
    private const float A = 0.75f, B = 1.5f;

    public static int Size => 6;

    public static ReadOnlySpan<double> Points => [0, A, -A, B, -B];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Image<TVector, V>(float* from, nint pixel, float* to, nint value) where TVector : struct, IFloatVector<V> where V : unmanaged
    {
        V d0 = TVector.Load(from), d1 = TVector.Load(from + pixel), d2 = TVector.Load(from + (2 * pixel));
        V d3 = TVector.Load(from + (3 * pixel)), d4 = TVector.Load(from + (4 * pixel)), d5 = TVector.Load(from + (5 * pixel));
        // (x² - A²)(x² - B²), and times x
        TVector.Store(TVector.MultiplyAdd(d0, A * A * B * B, TVector.MultiplyAdd(d2, -((A * A) + (B * B)), d4)), to);
        TVector.Store(TVector.MultiplyAdd(d1, A * A * B * B, TVector.MultiplyAdd(d3, -((A * A) + (B * B)), d5)), to + (5 * value));
        // (x² ± ax)(x² - b²), b the other point
        V even = TVector.MultiplyAdd(d2, -B * B, d4), odd = TVector.MultiplyAdd(d1, -B * B, d3);
        TVector.Store(TVector.MultiplyAdd(odd, A, even), to + value);
        TVector.Store(TVector.MultiplyAdd(odd, -A, even), to + (2 * value));
        (even, odd) = (TVector.MultiplyAdd(d2, -A * A, d4), TVector.MultiplyAdd(d1, -A * A, d3));
        TVector.Store(TVector.MultiplyAdd(odd, B, even), to + (3 * value));
        TVector.Store(TVector.MultiplyAdd(odd, -B, even), to + (4 * value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Outputs<TVector, V>(float* from, nint sum, float* to, nint output) where TVector : struct, IFloatVector<V> where V : unmanaged
    {
        V p = TVector.Load(from + sum), n = TVector.Load(from + (2 * sum));
        V a = TVector.Add(p, n), b = TVector.Subtract(p, n);
        (p, n) = (TVector.Load(from + (3 * sum)), TVector.Load(from + (4 * sum)));
        V c = TVector.Add(p, n), d = TVector.Subtract(p, n);
        TVector.Store(TVector.Add(TVector.Load(from), TVector.Add(a, c)), to);
        TVector.Store(TVector.MultiplyAdd(b, A, TVector.Multiply(d, B)), to + output);
        TVector.Store(TVector.MultiplyAdd(a, A * A, TVector.Multiply(c, B * B)), to + (2 * output));
        TVector.Store(TVector.MultiplyAdd(b, A * A * A, TVector.MultiplyAdd(d, B * B * B, TVector.Load(from + (5 * sum)))), to + (3 * output));
    }
}

/// <summary>Windows of 5: 0, ±1, ±1/2, ±2, infinity. Every constant is exact in binary.</summary>
internal readonly unsafe struct WinogradTransforms8 : IWinogradTransforms
{
    public static int Size => 8;

    public static ReadOnlySpan<double> Points => [0, 1, -1, 0.5, -0.5, 2, -2];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Image<TVector, V>(float* from, nint pixel, float* to, nint value) where TVector : struct, IFloatVector<V> where V : unmanaged
    {
        V d0 = TVector.Load(from), d1 = TVector.Load(from + pixel), d2 = TVector.Load(from + (2 * pixel)), d3 = TVector.Load(from + (3 * pixel));
        V d4 = TVector.Load(from + (4 * pixel)), d5 = TVector.Load(from + (5 * pixel)), d6 = TVector.Load(from + (6 * pixel)), d7 = TVector.Load(from + (7 * pixel));
        // (x² - 1)(x² - 1/4)(x² - 4), and times x
        TVector.Store(TVector.MultiplyAdd(TVector.Subtract(d2, d4), 5.25f, TVector.Subtract(d6, d0)), to);
        TVector.Store(TVector.MultiplyAdd(TVector.Subtract(d3, d5), 5.25f, TVector.Subtract(d7, d1)), to + (7 * value));
        // (x² ± ax)(x² - b²)(x² - c²), b and c the other points
        V even = TVector.Add(d2, TVector.MultiplyAdd(d4, -4.25f, d6)), odd = TVector.Add(d1, TVector.MultiplyAdd(d3, -4.25f, d5));
        TVector.Store(TVector.Add(even, odd), to + value);
        TVector.Store(TVector.Subtract(even, odd), to + (2 * value));
        (even, odd) = (TVector.MultiplyAdd(d2, 4, TVector.MultiplyAdd(d4, -5, d6)), TVector.MultiplyAdd(d1, 4, TVector.MultiplyAdd(d3, -5, d5)));
        TVector.Store(TVector.MultiplyAdd(odd, 0.5f, even), to + (3 * value));
        TVector.Store(TVector.MultiplyAdd(odd, -0.5f, even), to + (4 * value));
        (even, odd) = (TVector.MultiplyAdd(d2, 0.25f, TVector.MultiplyAdd(d4, -1.25f, d6)), TVector.MultiplyAdd(d1, 0.25f, TVector.MultiplyAdd(d3, -1.25f, d5)));
        TVector.Store(TVector.MultiplyAdd(odd, 2, even), to + (5 * value));
        TVector.Store(TVector.MultiplyAdd(odd, -2, even), to + (6 * value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Outputs<TVector, V>(float* from, nint sum, float* to, nint output) where TVector : struct, IFloatVector<V> where V : unmanaged
    {
        V p = TVector.Load(from + sum), n = TVector.Load(from + (2 * sum));
        V a = TVector.Add(p, n), b = TVector.Subtract(p, n);
        (p, n) = (TVector.Load(from + (3 * sum)), TVector.Load(from + (4 * sum)));
        V c = TVector.Add(p, n), d = TVector.Subtract(p, n);
        (p, n) = (TVector.Load(from + (5 * sum)), TVector.Load(from + (6 * sum)));
        V e = TVector.Add(p, n), f = TVector.Subtract(p, n);
        TVector.Store(TVector.Add(TVector.Add(TVector.Load(from), a), TVector.Add(c, e)), to);
        TVector.Store(TVector.MultiplyAdd(d, 0.5f, TVector.MultiplyAdd(f, 2, b)), to + output);
        TVector.Store(TVector.MultiplyAdd(c, 0.25f, TVector.MultiplyAdd(e, 4, a)), to + (2 * output));
        TVector.Store(TVector.MultiplyAdd(d, 0.125f, TVector.MultiplyAdd(f, 8, TVector.Add(b, TVector.Load(from + (7 * sum))))), to + (3 * output));
    }
}
