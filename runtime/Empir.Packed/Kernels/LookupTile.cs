using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>What the look-up kernels' tiles share.</summary>
internal static class LookupTile
{
    public const int Pixels = 8;
}

/// <summary>Whether something is so, for the compiler.</summary>
internal interface IFlag
{
    static abstract bool Is { get; }
}

internal readonly struct Yes : IFlag
{
    public static bool Is => true;
}

internal readonly struct No : IFlag
{
    public static bool Is => false;
}

/// <summary>The inner loops over tables, for 8 pixels x 1 or 2 vectors of indices: sums of 16 bits, weighted by 1 and 2.</summary>
internal static unsafe class LookupTile<TVector, TTable, V>
    where TVector : struct, IByteVector<V> where TTable : struct, ILookupTable<V> where V : unmanaged
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
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        V b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        byte* p0 = tables + windows[0], p1 = tables + windows[1], p2 = tables + windows[2], p3 = tables + windows[3];
        byte* p4 = tables + windows[4], p5 = tables + windows[5], p6 = tables + windows[6], p7 = tables + windows[7];
        var planes = 0x0201_0201;
        var weights = TVector.Broadcast(&planes);
        for (var r = 0; r < count; r++)
        {
            var k = rows[r];
            var g = groups;
            if (TDeep.Is)
            {
                for (; g >= 4; g -= 4, k += 4 * stride)
                {
                    var (k1, k2, k3) = (k + stride, k + (2 * stride), k + (3 * stride));
                    V i0 = Next(ref weight), j0 = TWide.Is ? Next(ref weight) : i0;
                    V i1 = Next(ref weight), j1 = TWide.Is ? Next(ref weight) : i1;
                    V i2 = Next(ref weight), j2 = TWide.Is ? Next(ref weight) : i2;
                    V i3 = Next(ref weight), j3 = TWide.Is ? Next(ref weight) : i3;
                    a0 = Add(a0, TVector.Add8(Pair(p0 + k, p0 + k1, i0, i1), Pair(p0 + k2, p0 + k3, i2, i3)), weights);
                    if (TWide.Is)
                        b0 = Add(b0, TVector.Add8(Pair(p0 + k, p0 + k1, j0, j1), Pair(p0 + k2, p0 + k3, j2, j3)), weights);
                    a1 = Add(a1, TVector.Add8(Pair(p1 + k, p1 + k1, i0, i1), Pair(p1 + k2, p1 + k3, i2, i3)), weights);
                    if (TWide.Is)
                        b1 = Add(b1, TVector.Add8(Pair(p1 + k, p1 + k1, j0, j1), Pair(p1 + k2, p1 + k3, j2, j3)), weights);
                    a2 = Add(a2, TVector.Add8(Pair(p2 + k, p2 + k1, i0, i1), Pair(p2 + k2, p2 + k3, i2, i3)), weights);
                    if (TWide.Is)
                        b2 = Add(b2, TVector.Add8(Pair(p2 + k, p2 + k1, j0, j1), Pair(p2 + k2, p2 + k3, j2, j3)), weights);
                    a3 = Add(a3, TVector.Add8(Pair(p3 + k, p3 + k1, i0, i1), Pair(p3 + k2, p3 + k3, i2, i3)), weights);
                    if (TWide.Is)
                        b3 = Add(b3, TVector.Add8(Pair(p3 + k, p3 + k1, j0, j1), Pair(p3 + k2, p3 + k3, j2, j3)), weights);
                    a4 = Add(a4, TVector.Add8(Pair(p4 + k, p4 + k1, i0, i1), Pair(p4 + k2, p4 + k3, i2, i3)), weights);
                    if (TWide.Is)
                        b4 = Add(b4, TVector.Add8(Pair(p4 + k, p4 + k1, j0, j1), Pair(p4 + k2, p4 + k3, j2, j3)), weights);
                    a5 = Add(a5, TVector.Add8(Pair(p5 + k, p5 + k1, i0, i1), Pair(p5 + k2, p5 + k3, i2, i3)), weights);
                    if (TWide.Is)
                        b5 = Add(b5, TVector.Add8(Pair(p5 + k, p5 + k1, j0, j1), Pair(p5 + k2, p5 + k3, j2, j3)), weights);
                    a6 = Add(a6, TVector.Add8(Pair(p6 + k, p6 + k1, i0, i1), Pair(p6 + k2, p6 + k3, i2, i3)), weights);
                    if (TWide.Is)
                        b6 = Add(b6, TVector.Add8(Pair(p6 + k, p6 + k1, j0, j1), Pair(p6 + k2, p6 + k3, j2, j3)), weights);
                    a7 = Add(a7, TVector.Add8(Pair(p7 + k, p7 + k1, i0, i1), Pair(p7 + k2, p7 + k3, i2, i3)), weights);
                    if (TWide.Is)
                        b7 = Add(b7, TVector.Add8(Pair(p7 + k, p7 + k1, j0, j1), Pair(p7 + k2, p7 + k3, j2, j3)), weights);
                }
            }
            for (; g >= 2; g -= 2, k += 2 * stride)
            {
                var k1 = k + stride;
                V i0 = Next(ref weight), j0 = TWide.Is ? Next(ref weight) : i0;
                V i1 = Next(ref weight), j1 = TWide.Is ? Next(ref weight) : i1;
                a0 = Add(a0, Pair(p0 + k, p0 + k1, i0, i1), weights);
                if (TWide.Is)
                    b0 = Add(b0, Pair(p0 + k, p0 + k1, j0, j1), weights);
                a1 = Add(a1, Pair(p1 + k, p1 + k1, i0, i1), weights);
                if (TWide.Is)
                    b1 = Add(b1, Pair(p1 + k, p1 + k1, j0, j1), weights);
                a2 = Add(a2, Pair(p2 + k, p2 + k1, i0, i1), weights);
                if (TWide.Is)
                    b2 = Add(b2, Pair(p2 + k, p2 + k1, j0, j1), weights);
                a3 = Add(a3, Pair(p3 + k, p3 + k1, i0, i1), weights);
                if (TWide.Is)
                    b3 = Add(b3, Pair(p3 + k, p3 + k1, j0, j1), weights);
                a4 = Add(a4, Pair(p4 + k, p4 + k1, i0, i1), weights);
                if (TWide.Is)
                    b4 = Add(b4, Pair(p4 + k, p4 + k1, j0, j1), weights);
                a5 = Add(a5, Pair(p5 + k, p5 + k1, i0, i1), weights);
                if (TWide.Is)
                    b5 = Add(b5, Pair(p5 + k, p5 + k1, j0, j1), weights);
                a6 = Add(a6, Pair(p6 + k, p6 + k1, i0, i1), weights);
                if (TWide.Is)
                    b6 = Add(b6, Pair(p6 + k, p6 + k1, j0, j1), weights);
                a7 = Add(a7, Pair(p7 + k, p7 + k1, i0, i1), weights);
                if (TWide.Is)
                    b7 = Add(b7, Pair(p7 + k, p7 + k1, j0, j1), weights);
            }
            if (g > 0)
            {
                V i0 = Next(ref weight), j0 = TWide.Is ? Next(ref weight) : i0;
                a0 = Add(a0, TTable.Look(p0 + k, i0), weights);
                if (TWide.Is)
                    b0 = Add(b0, TTable.Look(p0 + k, j0), weights);
                a1 = Add(a1, TTable.Look(p1 + k, i0), weights);
                if (TWide.Is)
                    b1 = Add(b1, TTable.Look(p1 + k, j0), weights);
                a2 = Add(a2, TTable.Look(p2 + k, i0), weights);
                if (TWide.Is)
                    b2 = Add(b2, TTable.Look(p2 + k, j0), weights);
                a3 = Add(a3, TTable.Look(p3 + k, i0), weights);
                if (TWide.Is)
                    b3 = Add(b3, TTable.Look(p3 + k, j0), weights);
                a4 = Add(a4, TTable.Look(p4 + k, i0), weights);
                if (TWide.Is)
                    b4 = Add(b4, TTable.Look(p4 + k, j0), weights);
                a5 = Add(a5, TTable.Look(p5 + k, i0), weights);
                if (TWide.Is)
                    b5 = Add(b5, TTable.Look(p5 + k, j0), weights);
                a6 = Add(a6, TTable.Look(p6 + k, i0), weights);
                if (TWide.Is)
                    b6 = Add(b6, TTable.Look(p6 + k, j0), weights);
                a7 = Add(a7, TTable.Look(p7 + k, i0), weights);
                if (TWide.Is)
                    b7 = Add(b7, TTable.Look(p7 + k, j0), weights);
            }
        }
        var size = (nint)sizeof(V) * (TWide.Is ? 2 : 1);
        TVector.Store(a0, tile + (0 * size));
        TVector.Store(a1, tile + (1 * size));
        TVector.Store(a2, tile + (2 * size));
        TVector.Store(a3, tile + (3 * size));
        TVector.Store(a4, tile + (4 * size));
        TVector.Store(a5, tile + (5 * size));
        TVector.Store(a6, tile + (6 * size));
        TVector.Store(a7, tile + (7 * size));
        if (!TWide.Is)
            return;
        tile += sizeof(V);
        TVector.Store(b0, tile + (0 * size));
        TVector.Store(b1, tile + (1 * size));
        TVector.Store(b2, tile + (2 * size));
        TVector.Store(b3, tile + (3 * size));
        TVector.Store(b4, tile + (4 * size));
        TVector.Store(b5, tile + (5 * size));
        TVector.Store(b6, tile + (6 * size));
        TVector.Store(b7, tile + (7 * size));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Next(ref byte* weight)
    {
        var indices = TVector.Load(weight);
        weight += sizeof(V);
        return indices;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Pair(byte* table, byte* next, V first, V second) => TVector.Add8(TTable.Look(table, first), TTable.Look(next, second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Add(V sums, V planes, V weights) => TVector.Add16(sums, TVector.MultiplyAdd8(planes, weights));
}
