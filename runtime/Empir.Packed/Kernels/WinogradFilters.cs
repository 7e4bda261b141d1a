using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>Filters as their values at the points of <see cref="IWinogradTransforms" />, in both dimensions, in double precision.</summary>
internal static unsafe class WinogradFilters
{
    // Filters that are transformed together.
    private const int Lanes = 4;

    /// <summary>Values at the points, rounded once.</summary>
    /// <param name="points">The finite points.</param>
    /// <param name="window">r.</param>
    /// <param name="weights">[filters, r, r].</param>
    /// <returns>[n, n, filters], and what fills up the last vector of each point.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float[] Transform(ReadOnlySpan<double> points, int window, ReadOnlySpan<float> weights)
    {
        var (size, area, filters) = (points.Length + 1, window * window, weights.Length / (window * window));
        double* matrix = stackalloc double[size * window], some = stackalloc double[area * Lanes];
        double* columns = stackalloc double[size * window * Lanes], row = stackalloc double[size * Lanes];
        Matrix(points, window, matrix);
        var stride = Tiles.Round(filters, Lanes);
        var values = new float[size * size * stride];
        fixed (float* from = weights, to = values)
        {
            for (var f = 0; f < filters; f += Lanes)
            {
                for (var lane = 0; lane < Math.Min(filters - f, Lanes); lane++)
                {
                    var own = from + ((f + lane) * area);
                    for (var k = 0; k < area; k++)
                        some[(k * Lanes) + lane] = own[k];
                }
                for (var x = 0; x < window; x++)
                    Multiply(matrix, size, window, some + (x * Lanes), window * Lanes, columns + (x * Lanes), window * Lanes);
                for (var i = 0; i < size; i++)
                {
                    Multiply(matrix, size, window, columns + (i * window * Lanes), Lanes, row, Lanes);
                    for (var j = 0; j < size; j++)
                    {
                        var value = Vector256.Load(row + (j * Lanes));
                        Vector256.Narrow(value, value).GetLower().Store(to + (((i * size) + j) * stride) + f);
                    }
                }
            }
        }
        return values;
    }

    // A matrix by a vector, whose every element is one for each lane.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(double* matrix, int rows, int columns, double* from, int step, double* to, int stride)
    {
        for (var i = 0; i < rows; i++)
        {
            var sum = Vector256<double>.Zero;
            for (var k = 0; k < columns; k++)
                sum += Vector256.Create(*matrix++) * Vector256.Load(from + (k * step));
            sum.Store(to + (i * stride));
        }
    }

    // The value of a filter at a point, over the product of that point's distances from the others; at infinity, the last weight.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Matrix(ReadOnlySpan<double> points, int window, double* matrix)
    {
        for (var i = 0; i < points.Length; i++)
        {
            var value = 1.0;
            for (var l = 0; l < points.Length; l++)
                value /= l == i ? 1 : points[i] - points[l];
            for (var k = 0; k < window; k++, value *= points[i])
                *matrix++ = value;
        }
        for (var k = 0; k < window; k++)
            *matrix++ = k == window - 1 ? 1 : 0;
    }
}
