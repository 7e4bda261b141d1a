using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// <see cref="BitLookupTile{TVector, TTable, V}" /> for tables of 64 entries, 4 pixels x 1 or 2 vectors of indices, written in
/// instructions as <see cref="VpermbTile" /> is.
/// </summary>
internal static unsafe class VpermbBitTile
{
    /// <summary>Sums of four windows' parts of so many rows x groups.</summary>
    /// <param name="weight">Indices, [rows][groups][vectors].</param>
    /// <param name="tables">The tables.</param>
    /// <param name="windows">Where each window begins, in bytes from <paramref name="tables" />.</param>
    /// <param name="rows">Where the rows begin, in bytes from where a window does.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="groups">Groups of a row.</param>
    /// <param name="stride">Bytes from one group to the next.</param>
    /// <param name="sums">Takes [4][vectors][64].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TWide>(byte* weight, byte* tables, nint* windows, nint* rows, int count, int groups, nint stride, ushort* sums)
        where TWide : struct, IFlag
    {
        var isWide = TWide.Is;
        var size = isWide ? 128 : 64;
        // Of the first vector the sums of both bytes and of the high bytes, then of the second.
        Vector512<ushort> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<ushort> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        byte* p0 = tables + windows[0], p1 = tables + windows[1], p2 = tables + windows[2], p3 = tables + windows[3];
        for (var r = 0; r < count; r++)
        {
            var (k, g) = (rows[r], groups);
            for (; g >= 2; g -= 2, k += 2 * stride, weight += 2 * size)
            {
                var k1 = k + stride;
                var i0 = Vector512.Load(weight);
                var i1 = Vector512.Load(weight + size);
                var j0 = isWide ? Vector512.Load(weight + 64) : default;
                var j1 = isWide ? Vector512.Load(weight + size + 64) : default;
                var t00 = Vector512.Load(p0 + k);
                var t10 = Vector512.Load(p0 + k1);
                var x0 = (Avx512Vbmi.PermuteVar64x8(t00, i0) + Avx512Vbmi.PermuteVar64x8(t10, i1)).AsUInt16();
                a0 += x0;
                b0 += x0 >>> 8;
                if (isWide)
                {
                    var y0 = (Avx512Vbmi.PermuteVar64x8(t00, j0) + Avx512Vbmi.PermuteVar64x8(t10, j1)).AsUInt16();
                    c0 += y0;
                    d0 += y0 >>> 8;
                }
                var t01 = Vector512.Load(p1 + k);
                var t11 = Vector512.Load(p1 + k1);
                var x1 = (Avx512Vbmi.PermuteVar64x8(t01, i0) + Avx512Vbmi.PermuteVar64x8(t11, i1)).AsUInt16();
                a1 += x1;
                b1 += x1 >>> 8;
                if (isWide)
                {
                    var y1 = (Avx512Vbmi.PermuteVar64x8(t01, j0) + Avx512Vbmi.PermuteVar64x8(t11, j1)).AsUInt16();
                    c1 += y1;
                    d1 += y1 >>> 8;
                }
                var t02 = Vector512.Load(p2 + k);
                var t12 = Vector512.Load(p2 + k1);
                var x2 = (Avx512Vbmi.PermuteVar64x8(t02, i0) + Avx512Vbmi.PermuteVar64x8(t12, i1)).AsUInt16();
                a2 += x2;
                b2 += x2 >>> 8;
                if (isWide)
                {
                    var y2 = (Avx512Vbmi.PermuteVar64x8(t02, j0) + Avx512Vbmi.PermuteVar64x8(t12, j1)).AsUInt16();
                    c2 += y2;
                    d2 += y2 >>> 8;
                }
                var t03 = Vector512.Load(p3 + k);
                var t13 = Vector512.Load(p3 + k1);
                var x3 = (Avx512Vbmi.PermuteVar64x8(t03, i0) + Avx512Vbmi.PermuteVar64x8(t13, i1)).AsUInt16();
                a3 += x3;
                b3 += x3 >>> 8;
                if (isWide)
                {
                    var y3 = (Avx512Vbmi.PermuteVar64x8(t03, j0) + Avx512Vbmi.PermuteVar64x8(t13, j1)).AsUInt16();
                    c3 += y3;
                    d3 += y3 >>> 8;
                }
            }
            if (g > 0)
            {
                var i0 = Vector512.Load(weight);
                var j0 = isWide ? Vector512.Load(weight + 64) : default;
                var t0 = Vector512.Load(p0 + k);
                var x0 = Avx512Vbmi.PermuteVar64x8(t0, i0).AsUInt16();
                a0 += x0;
                b0 += x0 >>> 8;
                var t1 = Vector512.Load(p1 + k);
                var x1 = Avx512Vbmi.PermuteVar64x8(t1, i0).AsUInt16();
                a1 += x1;
                b1 += x1 >>> 8;
                var t2 = Vector512.Load(p2 + k);
                var x2 = Avx512Vbmi.PermuteVar64x8(t2, i0).AsUInt16();
                a2 += x2;
                b2 += x2 >>> 8;
                var t3 = Vector512.Load(p3 + k);
                var x3 = Avx512Vbmi.PermuteVar64x8(t3, i0).AsUInt16();
                a3 += x3;
                b3 += x3 >>> 8;
                if (isWide)
                {
                    var y0 = Avx512Vbmi.PermuteVar64x8(t0, j0).AsUInt16();
                    c0 += y0;
                    d0 += y0 >>> 8;
                    var y1 = Avx512Vbmi.PermuteVar64x8(t1, j0).AsUInt16();
                    c1 += y1;
                    d1 += y1 >>> 8;
                    var y2 = Avx512Vbmi.PermuteVar64x8(t2, j0).AsUInt16();
                    c2 += y2;
                    d2 += y2 >>> 8;
                    var y3 = Avx512Vbmi.PermuteVar64x8(t3, j0).AsUInt16();
                    c3 += y3;
                    d3 += y3 >>> 8;
                }
                weight += size;
            }
        }
        ShortSums.Store(a0, b0, sums, true);
        ShortSums.Store(a1, b1, sums + size, true);
        ShortSums.Store(a2, b2, sums + (2 * size), true);
        ShortSums.Store(a3, b3, sums + (3 * size), true);
        if (!isWide)
            return;
        ShortSums.Store(c0, d0, sums + 64, true);
        ShortSums.Store(c1, d1, sums + size + 64, true);
        ShortSums.Store(c2, d2, sums + (2 * size) + 64, true);
        ShortSums.Store(c3, d3, sums + (3 * size) + 64, true);
    }
}
