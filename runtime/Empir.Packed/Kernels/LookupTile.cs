using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>What the look-up kernels' tiles share.</summary>
internal static class LookupTile
{
    public const int Pixels = 8;
}

/// <summary>The inner loops over tables, for 8 pixels x 1 vector of indices: sums of 16 bits, weighted by 1 and 2.</summary>
internal static unsafe class LookupTile<TVector, TTable, V>
    where TVector : struct, IByteVector<V> where TTable : struct, ILookupTable<V> where V : unmanaged
{
    /// <summary>Sums of eight windows' parts of so many rows x groups.</summary>
    /// <param name="weight">Indices, [rows][groups].</param>
    /// <param name="step">Bytes from one vector of indices to the next, and of sums.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="windows">Where each window begins, in bytes from <paramref name="tables" />.</param>
    /// <param name="rows">Where the rows begin, in bytes from where a window does.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="groups">Groups of a row.</param>
    /// <param name="stride">Bytes from one group to the next.</param>
    /// <param name="tile">Takes 8 vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(byte* weight, nint step, byte* tables, nint* windows, nint* rows, int count, int groups, nint stride, byte* tile)
    {
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        byte* p0 = tables + windows[0], p1 = tables + windows[1], p2 = tables + windows[2], p3 = tables + windows[3];
        byte* p4 = tables + windows[4], p5 = tables + windows[5], p6 = tables + windows[6], p7 = tables + windows[7];
        var planes = 0x0201_0201;
        var weights = TVector.Broadcast(&planes);
        for (var r = 0; r < count; r++)
        {
            var (k, g) = (rows[r], groups);
            for (; g >= 2; g -= 2, k += 2 * stride, weight += 2 * step)
            {
                var k1 = k + stride;
                var (i0, i1) = (TVector.Load(weight), TVector.Load(weight + step));
                a0 = Add(a0, TVector.Add8(TTable.Look(p0 + k, i0), TTable.Look(p0 + k1, i1)), weights);
                a1 = Add(a1, TVector.Add8(TTable.Look(p1 + k, i0), TTable.Look(p1 + k1, i1)), weights);
                a2 = Add(a2, TVector.Add8(TTable.Look(p2 + k, i0), TTable.Look(p2 + k1, i1)), weights);
                a3 = Add(a3, TVector.Add8(TTable.Look(p3 + k, i0), TTable.Look(p3 + k1, i1)), weights);
                a4 = Add(a4, TVector.Add8(TTable.Look(p4 + k, i0), TTable.Look(p4 + k1, i1)), weights);
                a5 = Add(a5, TVector.Add8(TTable.Look(p5 + k, i0), TTable.Look(p5 + k1, i1)), weights);
                a6 = Add(a6, TVector.Add8(TTable.Look(p6 + k, i0), TTable.Look(p6 + k1, i1)), weights);
                a7 = Add(a7, TVector.Add8(TTable.Look(p7 + k, i0), TTable.Look(p7 + k1, i1)), weights);
            }
            if (g > 0)
            {
                var i0 = TVector.Load(weight);
                weight += step;
                a0 = Add(a0, TTable.Look(p0 + k, i0), weights);
                a1 = Add(a1, TTable.Look(p1 + k, i0), weights);
                a2 = Add(a2, TTable.Look(p2 + k, i0), weights);
                a3 = Add(a3, TTable.Look(p3 + k, i0), weights);
                a4 = Add(a4, TTable.Look(p4 + k, i0), weights);
                a5 = Add(a5, TTable.Look(p5 + k, i0), weights);
                a6 = Add(a6, TTable.Look(p6 + k, i0), weights);
                a7 = Add(a7, TTable.Look(p7 + k, i0), weights);
            }
        }
        TVector.Store(a0, tile);
        TVector.Store(a1, tile + step);
        TVector.Store(a2, tile + (2 * step));
        TVector.Store(a3, tile + (3 * step));
        TVector.Store(a4, tile + (4 * step));
        TVector.Store(a5, tile + (5 * step));
        TVector.Store(a6, tile + (6 * step));
        TVector.Store(a7, tile + (7 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Add(V sums, V planes, V weights) => TVector.Add16(sums, TVector.MultiplyAdd8(planes, weights));
}
