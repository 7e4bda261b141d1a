using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// <see cref="LookupTile{TVector, TTable, V}" /> for tables of 64 entries, 8 pixels x 1 or 2 vectors of indices. It is written in
/// instructions, not in methods, of which the compiler would inline only the first few hundred, and
/// uses every table that it loads at once, so that the sums stay in registers.
/// </summary>
internal static unsafe class VpermbTile
{
    /// <summary>Sums of eight windows' parts of so many rows x groups.</summary>
    /// <param name="vectors">1 or 2.</param>
    /// <param name="isDeep">Whether four entries fit into a byte, not only two.</param>
    /// <param name="weight">Indices, [rows][groups][vectors].</param>
    /// <param name="tables">The tables.</param>
    /// <param name="windows">Where each window begins, in bytes from <paramref name="tables" />.</param>
    /// <param name="rows">Where the rows begin, in bytes from where a window does.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="groups">Groups of a row.</param>
    /// <param name="stride">Bytes from one group to the next.</param>
    /// <param name="tile">Takes [8][vectors].</param>
    public static void Run(int vectors, bool isDeep, byte* weight, byte* tables, nint* windows, nint* rows, int count, int groups, nint stride, byte* tile)
    {
        if (vectors == 2)
        {
            if (isDeep)
                Run<Yes, Yes>(weight, tables, windows, rows, count, groups, stride, tile);
            else
                Run<Yes, No>(weight, tables, windows, rows, count, groups, stride, tile);
        }
        else if (isDeep)
            Run<No, Yes>(weight, tables, windows, rows, count, groups, stride, tile);
        else
            Run<No, No>(weight, tables, windows, rows, count, groups, stride, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TWide, TDeep>(byte* weight, byte* tables, nint* windows, nint* rows, int count, int groups, nint stride, byte* tile)
        where TWide : struct, IFlag where TDeep : struct, IFlag
    {
        var isWide = TWide.Is;
        var size = isWide ? 128 : 64;
        Vector512<short> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<short> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        byte* p0 = tables + windows[0], p1 = tables + windows[1], p2 = tables + windows[2], p3 = tables + windows[3];
        byte* p4 = tables + windows[4], p5 = tables + windows[5], p6 = tables + windows[6], p7 = tables + windows[7];
        var weights = Vector512.Create((short)0x0201).AsSByte();
        for (var r = 0; r < count; r++)
        {
            var (k, g) = (rows[r], groups);
            if (TDeep.Is)
            {
                for (; g >= 4; g -= 4, k += 4 * stride, weight += 4 * size)
                {
                    nint k1 = k + stride, k2 = k1 + stride, k3 = k2 + stride;
                    var i0 = Vector512.Load(weight);
                    var i1 = Vector512.Load(weight + size);
                    var i2 = Vector512.Load(weight + (2 * size));
                    var i3 = Vector512.Load(weight + (3 * size));
                    var j0 = isWide ? Vector512.Load(weight + 64) : default;
                    var j1 = isWide ? Vector512.Load(weight + size + 64) : default;
                    var j2 = isWide ? Vector512.Load(weight + (2 * size) + 64) : default;
                    var j3 = isWide ? Vector512.Load(weight + (3 * size) + 64) : default;
                    var t00 = Vector512.Load(p0 + k);
                    var t10 = Vector512.Load(p0 + k1);
                    var t20 = Vector512.Load(p0 + k2);
                    var t30 = Vector512.Load(p0 + k3);
                    a0 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t00, i0) + Avx512Vbmi.PermuteVar64x8(t10, i1)) + (Avx512Vbmi.PermuteVar64x8(t20, i2) + Avx512Vbmi.PermuteVar64x8(t30, i3)), weights);
                    if (isWide)
                        b0 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t00, j0) + Avx512Vbmi.PermuteVar64x8(t10, j1)) + (Avx512Vbmi.PermuteVar64x8(t20, j2) + Avx512Vbmi.PermuteVar64x8(t30, j3)), weights);
                    var t01 = Vector512.Load(p1 + k);
                    var t11 = Vector512.Load(p1 + k1);
                    var t21 = Vector512.Load(p1 + k2);
                    var t31 = Vector512.Load(p1 + k3);
                    a1 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t01, i0) + Avx512Vbmi.PermuteVar64x8(t11, i1)) + (Avx512Vbmi.PermuteVar64x8(t21, i2) + Avx512Vbmi.PermuteVar64x8(t31, i3)), weights);
                    if (isWide)
                        b1 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t01, j0) + Avx512Vbmi.PermuteVar64x8(t11, j1)) + (Avx512Vbmi.PermuteVar64x8(t21, j2) + Avx512Vbmi.PermuteVar64x8(t31, j3)), weights);
                    var t02 = Vector512.Load(p2 + k);
                    var t12 = Vector512.Load(p2 + k1);
                    var t22 = Vector512.Load(p2 + k2);
                    var t32 = Vector512.Load(p2 + k3);
                    a2 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t02, i0) + Avx512Vbmi.PermuteVar64x8(t12, i1)) + (Avx512Vbmi.PermuteVar64x8(t22, i2) + Avx512Vbmi.PermuteVar64x8(t32, i3)), weights);
                    if (isWide)
                        b2 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t02, j0) + Avx512Vbmi.PermuteVar64x8(t12, j1)) + (Avx512Vbmi.PermuteVar64x8(t22, j2) + Avx512Vbmi.PermuteVar64x8(t32, j3)), weights);
                    var t03 = Vector512.Load(p3 + k);
                    var t13 = Vector512.Load(p3 + k1);
                    var t23 = Vector512.Load(p3 + k2);
                    var t33 = Vector512.Load(p3 + k3);
                    a3 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t03, i0) + Avx512Vbmi.PermuteVar64x8(t13, i1)) + (Avx512Vbmi.PermuteVar64x8(t23, i2) + Avx512Vbmi.PermuteVar64x8(t33, i3)), weights);
                    if (isWide)
                        b3 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t03, j0) + Avx512Vbmi.PermuteVar64x8(t13, j1)) + (Avx512Vbmi.PermuteVar64x8(t23, j2) + Avx512Vbmi.PermuteVar64x8(t33, j3)), weights);
                    var t04 = Vector512.Load(p4 + k);
                    var t14 = Vector512.Load(p4 + k1);
                    var t24 = Vector512.Load(p4 + k2);
                    var t34 = Vector512.Load(p4 + k3);
                    a4 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t04, i0) + Avx512Vbmi.PermuteVar64x8(t14, i1)) + (Avx512Vbmi.PermuteVar64x8(t24, i2) + Avx512Vbmi.PermuteVar64x8(t34, i3)), weights);
                    if (isWide)
                        b4 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t04, j0) + Avx512Vbmi.PermuteVar64x8(t14, j1)) + (Avx512Vbmi.PermuteVar64x8(t24, j2) + Avx512Vbmi.PermuteVar64x8(t34, j3)), weights);
                    var t05 = Vector512.Load(p5 + k);
                    var t15 = Vector512.Load(p5 + k1);
                    var t25 = Vector512.Load(p5 + k2);
                    var t35 = Vector512.Load(p5 + k3);
                    a5 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t05, i0) + Avx512Vbmi.PermuteVar64x8(t15, i1)) + (Avx512Vbmi.PermuteVar64x8(t25, i2) + Avx512Vbmi.PermuteVar64x8(t35, i3)), weights);
                    if (isWide)
                        b5 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t05, j0) + Avx512Vbmi.PermuteVar64x8(t15, j1)) + (Avx512Vbmi.PermuteVar64x8(t25, j2) + Avx512Vbmi.PermuteVar64x8(t35, j3)), weights);
                    var t06 = Vector512.Load(p6 + k);
                    var t16 = Vector512.Load(p6 + k1);
                    var t26 = Vector512.Load(p6 + k2);
                    var t36 = Vector512.Load(p6 + k3);
                    a6 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t06, i0) + Avx512Vbmi.PermuteVar64x8(t16, i1)) + (Avx512Vbmi.PermuteVar64x8(t26, i2) + Avx512Vbmi.PermuteVar64x8(t36, i3)), weights);
                    if (isWide)
                        b6 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t06, j0) + Avx512Vbmi.PermuteVar64x8(t16, j1)) + (Avx512Vbmi.PermuteVar64x8(t26, j2) + Avx512Vbmi.PermuteVar64x8(t36, j3)), weights);
                    var t07 = Vector512.Load(p7 + k);
                    var t17 = Vector512.Load(p7 + k1);
                    var t27 = Vector512.Load(p7 + k2);
                    var t37 = Vector512.Load(p7 + k3);
                    a7 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t07, i0) + Avx512Vbmi.PermuteVar64x8(t17, i1)) + (Avx512Vbmi.PermuteVar64x8(t27, i2) + Avx512Vbmi.PermuteVar64x8(t37, i3)), weights);
                    if (isWide)
                        b7 += Avx512BW.MultiplyAddAdjacent((Avx512Vbmi.PermuteVar64x8(t07, j0) + Avx512Vbmi.PermuteVar64x8(t17, j1)) + (Avx512Vbmi.PermuteVar64x8(t27, j2) + Avx512Vbmi.PermuteVar64x8(t37, j3)), weights);
                }
            }
            for (; g >= 2; g -= 2, k += 2 * stride, weight += 2 * size)
            {
                var k1 = k + stride;
                var i0 = Vector512.Load(weight);
                var i1 = Vector512.Load(weight + size);
                var j0 = isWide ? Vector512.Load(weight + 64) : default;
                var j1 = isWide ? Vector512.Load(weight + size + 64) : default;
                var t00 = Vector512.Load(p0 + k);
                var t10 = Vector512.Load(p0 + k1);
                a0 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t00, i0) + Avx512Vbmi.PermuteVar64x8(t10, i1), weights);
                if (isWide)
                    b0 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t00, j0) + Avx512Vbmi.PermuteVar64x8(t10, j1), weights);
                var t01 = Vector512.Load(p1 + k);
                var t11 = Vector512.Load(p1 + k1);
                a1 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t01, i0) + Avx512Vbmi.PermuteVar64x8(t11, i1), weights);
                if (isWide)
                    b1 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t01, j0) + Avx512Vbmi.PermuteVar64x8(t11, j1), weights);
                var t02 = Vector512.Load(p2 + k);
                var t12 = Vector512.Load(p2 + k1);
                a2 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t02, i0) + Avx512Vbmi.PermuteVar64x8(t12, i1), weights);
                if (isWide)
                    b2 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t02, j0) + Avx512Vbmi.PermuteVar64x8(t12, j1), weights);
                var t03 = Vector512.Load(p3 + k);
                var t13 = Vector512.Load(p3 + k1);
                a3 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t03, i0) + Avx512Vbmi.PermuteVar64x8(t13, i1), weights);
                if (isWide)
                    b3 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t03, j0) + Avx512Vbmi.PermuteVar64x8(t13, j1), weights);
                var t04 = Vector512.Load(p4 + k);
                var t14 = Vector512.Load(p4 + k1);
                a4 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t04, i0) + Avx512Vbmi.PermuteVar64x8(t14, i1), weights);
                if (isWide)
                    b4 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t04, j0) + Avx512Vbmi.PermuteVar64x8(t14, j1), weights);
                var t05 = Vector512.Load(p5 + k);
                var t15 = Vector512.Load(p5 + k1);
                a5 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t05, i0) + Avx512Vbmi.PermuteVar64x8(t15, i1), weights);
                if (isWide)
                    b5 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t05, j0) + Avx512Vbmi.PermuteVar64x8(t15, j1), weights);
                var t06 = Vector512.Load(p6 + k);
                var t16 = Vector512.Load(p6 + k1);
                a6 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t06, i0) + Avx512Vbmi.PermuteVar64x8(t16, i1), weights);
                if (isWide)
                    b6 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t06, j0) + Avx512Vbmi.PermuteVar64x8(t16, j1), weights);
                var t07 = Vector512.Load(p7 + k);
                var t17 = Vector512.Load(p7 + k1);
                a7 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t07, i0) + Avx512Vbmi.PermuteVar64x8(t17, i1), weights);
                if (isWide)
                    b7 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t07, j0) + Avx512Vbmi.PermuteVar64x8(t17, j1), weights);
            }
            if (g > 0)
            {
                var i0 = Vector512.Load(weight);
                var j0 = isWide ? Vector512.Load(weight + 64) : default;
                var t00 = Vector512.Load(p0 + k);
                a0 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t00, i0), weights);
                if (isWide)
                    b0 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t00, j0), weights);
                var t01 = Vector512.Load(p1 + k);
                a1 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t01, i0), weights);
                if (isWide)
                    b1 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t01, j0), weights);
                var t02 = Vector512.Load(p2 + k);
                a2 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t02, i0), weights);
                if (isWide)
                    b2 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t02, j0), weights);
                var t03 = Vector512.Load(p3 + k);
                a3 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t03, i0), weights);
                if (isWide)
                    b3 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t03, j0), weights);
                var t04 = Vector512.Load(p4 + k);
                a4 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t04, i0), weights);
                if (isWide)
                    b4 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t04, j0), weights);
                var t05 = Vector512.Load(p5 + k);
                a5 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t05, i0), weights);
                if (isWide)
                    b5 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t05, j0), weights);
                var t06 = Vector512.Load(p6 + k);
                a6 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t06, i0), weights);
                if (isWide)
                    b6 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t06, j0), weights);
                var t07 = Vector512.Load(p7 + k);
                a7 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t07, i0), weights);
                if (isWide)
                    b7 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(t07, j0), weights);
                weight += size;
            }
        }
        a0.Store((short*)(tile));
        a1.Store((short*)(tile + size));
        a2.Store((short*)(tile + (2 * size)));
        a3.Store((short*)(tile + (3 * size)));
        a4.Store((short*)(tile + (4 * size)));
        a5.Store((short*)(tile + (5 * size)));
        a6.Store((short*)(tile + (6 * size)));
        a7.Store((short*)(tile + (7 * size)));
        if (!isWide)
            return;
        b0.Store((short*)(tile + 64));
        b1.Store((short*)(tile + 64 + size));
        b2.Store((short*)(tile + 64 + (2 * size)));
        b3.Store((short*)(tile + 64 + (3 * size)));
        b4.Store((short*)(tile + 64 + (4 * size)));
        b5.Store((short*)(tile + 64 + (5 * size)));
        b6.Store((short*)(tile + 64 + (6 * size)));
        b7.Store((short*)(tile + 64 + (7 * size)));
    }
}
