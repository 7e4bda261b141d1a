using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>What the tiles of look-ups for one bit share.</summary>
internal static class BitLookupTile
{
    public const int Pixels = 4;
}

/// <summary>The inner loops over tables, for 4 pixels x 1 vector of indices: sums of bytes in 16 bits, see <see cref="ShortSums" />.</summary>
internal static unsafe class BitLookupTile<TVector, TTable, V>
    where TVector : struct, IByteVector<V> where TTable : struct, ILookupTable<V> where V : unmanaged
{
    /// <summary>Sums of four windows' parts of so many rows x groups.</summary>
    /// <typeparam name="TDeep">Whether four entries fit into a byte, not only two.</typeparam>
    /// <param name="weight">Indices, [rows][groups].</param>
    /// <param name="step">Bytes from one vector of indices to the next.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="windows">Where each window begins, in bytes from <paramref name="tables" />.</param>
    /// <param name="rows">Where the rows begin, in bytes from where a window does.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="groups">Groups of a row.</param>
    /// <param name="stride">Bytes from one group to the next.</param>
    /// <param name="tile">Takes the sums of even and those of odd bytes, 4 times.</param>
    /// <param name="tileStep">Bytes from one pixel's to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TDeep>(byte* weight, nint step, byte* tables, nint* windows, nint* rows, int count, int groups, nint stride, byte* tile, nint tileStep)
        where TDeep : struct, IFlag
    {
        // The sums of both bytes; those of the high bytes alone.
        V a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        byte* p0 = tables + windows[0], p1 = tables + windows[1], p2 = tables + windows[2], p3 = tables + windows[3];
        for (var r = 0; r < count; r++)
        {
            var (k, g) = (rows[r], groups);
            if (TDeep.Is)
            {
                for (; g >= 4; g -= 4, k += 4 * stride, weight += 4 * step)
                {
                    nint k1 = k + stride, k2 = k1 + stride, k3 = k2 + stride;
                    var (i0, i1, i2, i3) = (TVector.Load(weight), TVector.Load(weight + step), TVector.Load(weight + (2 * step)), TVector.Load(weight + (3 * step)));
                    var x = TVector.Add8(TVector.Add8(TTable.Look(p0 + k, i0), TTable.Look(p0 + k1, i1)), TVector.Add8(TTable.Look(p0 + k2, i2), TTable.Look(p0 + k3, i3)));
                    (a0, b0) = (TVector.Add16(a0, x), TVector.Add16(b0, TVector.HighBytes(x)));
                    x = TVector.Add8(TVector.Add8(TTable.Look(p1 + k, i0), TTable.Look(p1 + k1, i1)), TVector.Add8(TTable.Look(p1 + k2, i2), TTable.Look(p1 + k3, i3)));
                    (a1, b1) = (TVector.Add16(a1, x), TVector.Add16(b1, TVector.HighBytes(x)));
                    x = TVector.Add8(TVector.Add8(TTable.Look(p2 + k, i0), TTable.Look(p2 + k1, i1)), TVector.Add8(TTable.Look(p2 + k2, i2), TTable.Look(p2 + k3, i3)));
                    (a2, b2) = (TVector.Add16(a2, x), TVector.Add16(b2, TVector.HighBytes(x)));
                    x = TVector.Add8(TVector.Add8(TTable.Look(p3 + k, i0), TTable.Look(p3 + k1, i1)), TVector.Add8(TTable.Look(p3 + k2, i2), TTable.Look(p3 + k3, i3)));
                    (a3, b3) = (TVector.Add16(a3, x), TVector.Add16(b3, TVector.HighBytes(x)));
                }
            }
            for (; g > 0; g -= 2, k += 2 * stride, weight += 2 * step)
            {
                var i0 = TVector.Load(weight);
                V x0 = TTable.Look(p0 + k, i0), x1 = TTable.Look(p1 + k, i0), x2 = TTable.Look(p2 + k, i0), x3 = TTable.Look(p3 + k, i0);
                if (g == 1)
                {
                    // Only this one, the last of the row.
                    weight -= step;
                }
                else
                {
                    var (i1, k1) = (TVector.Load(weight + step), k + stride);
                    (x0, x1) = (TVector.Add8(x0, TTable.Look(p0 + k1, i1)), TVector.Add8(x1, TTable.Look(p1 + k1, i1)));
                    (x2, x3) = (TVector.Add8(x2, TTable.Look(p2 + k1, i1)), TVector.Add8(x3, TTable.Look(p3 + k1, i1)));
                }
                (a0, b0) = (TVector.Add16(a0, x0), TVector.Add16(b0, TVector.HighBytes(x0)));
                (a1, b1) = (TVector.Add16(a1, x1), TVector.Add16(b1, TVector.HighBytes(x1)));
                (a2, b2) = (TVector.Add16(a2, x2), TVector.Add16(b2, TVector.HighBytes(x2)));
                (a3, b3) = (TVector.Add16(a3, x3), TVector.Add16(b3, TVector.HighBytes(x3)));
            }
        }
        Store(a0, b0, tile);
        Store(a1, b1, tile + tileStep);
        Store(a2, b2, tile + (2 * tileStep));
        Store(a3, b3, tile + (3 * tileStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V both, V high, byte* tile)
    {
        TVector.Store(TVector.LowSums(both, high), tile);
        TVector.Store(high, tile + sizeof(V));
    }
}
