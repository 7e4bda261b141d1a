using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>
/// The inner loops over tables of weights, for 2 or 4 times 64 pixels x 2 outputs. Entries are added in bytes as often as is sure to
/// fit, then in 16 bits: all of them with the odd bytes 256-fold, and the odd bytes alone.
/// </summary>
internal static unsafe class WeightTableTile
{
    /// <summary>Bytes of sums of an output and 64 pixels.</summary>
    public const int SumBytes = 128;

    /// <summary>Sums over some tables, written or added.</summary>
    /// <param name="isWide">Whether four times 64 pixels, not twice.</param>
    /// <param name="indices">[tables][64 pixels four or two times].</param>
    /// <param name="table">[tables][outputs].</param>
    /// <param name="tables">Number of tables of an output.</param>
    /// <param name="depth">Tables whose entries are sure to fit into a byte together.</param>
    /// <param name="sums">The first output's sums.</param>
    /// <param name="next">The second one's.</param>
    /// <param name="adds">Whether they are added.</param>
    public static void Run(bool isWide, byte* indices, byte* table, int tables, int depth, byte* sums, byte* next, bool adds)
    {
        if (isWide)
            Run<Yes>(indices, table, tables, depth, sums, next, adds);
        else
            Run<No>(indices, table, tables, depth, sums, next, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TWide>(byte* indices, byte* table, int tables, int depth, byte* sums, byte* next, bool adds) where TWide : struct, IFlag
    {
        var size = TWide.Is ? 256 : 128;
        // Bytes are counted from -128.
        var bias = -128 * ((tables + depth - 1) / depth);
        var (odd, all, zero) = (Vector512.Create((short)bias), Vector512.Create((short)(257 * bias)), Vector512.Create((byte)128));
        Vector512<short> a0 = all, a1 = odd, a2 = all, a3 = odd;
        Vector512<short> b0 = all, b1 = odd, b2 = all, b3 = odd;
        Vector512<short> c0 = all, c1 = odd, c2 = all, c3 = odd;
        Vector512<short> d0 = all, d1 = odd, d2 = all, d3 = odd;
        for (var end = table + ((nint)tables * 128); table < end;)
        {
            var stop = table + ((nint)Math.Min(depth, (int)((end - table) / 128)) * 128);
            Vector512<byte> a = zero, aa = zero;
            Vector512<byte> b = zero, bb = zero;
            Vector512<byte> c = zero, cc = zero;
            Vector512<byte> d = zero, dd = zero;
            for (; table < stop; table += 128, indices += size)
            {
                var (first, second, pixels) = (Vector512.Load(table), Vector512.Load(table + 64), Vector512.Load(indices));
                a += WeightTableLayout.Look(first, pixels);
                aa += WeightTableLayout.Look(second, pixels);
                pixels = Vector512.Load(indices + 64);
                b += WeightTableLayout.Look(first, pixels);
                bb += WeightTableLayout.Look(second, pixels);
                if (TWide.Is)
                {
                    pixels = Vector512.Load(indices + 128);
                    c += WeightTableLayout.Look(first, pixels);
                    cc += WeightTableLayout.Look(second, pixels);
                    pixels = Vector512.Load(indices + 192);
                    d += WeightTableLayout.Look(first, pixels);
                    dd += WeightTableLayout.Look(second, pixels);
                }
            }
            a0 += a.AsInt16();
            a1 += a.AsInt16() >>> 8;
            a2 += aa.AsInt16();
            a3 += aa.AsInt16() >>> 8;
            b0 += b.AsInt16();
            b1 += b.AsInt16() >>> 8;
            b2 += bb.AsInt16();
            b3 += bb.AsInt16() >>> 8;
            if (TWide.Is)
            {
                c0 += c.AsInt16();
                c1 += c.AsInt16() >>> 8;
                c2 += cc.AsInt16();
                c3 += cc.AsInt16() >>> 8;
                d0 += d.AsInt16();
                d1 += d.AsInt16() >>> 8;
                d2 += dd.AsInt16();
                d3 += dd.AsInt16() >>> 8;
            }
        }
        Store(a0, a1, (short*)sums, adds);
        Store(a2, a3, (short*)next, adds);
        Store(b0, b1, (short*)(sums + SumBytes), adds);
        Store(b2, b3, (short*)(next + SumBytes), adds);
        if (!TWide.Is)
            return;
        Store(c0, c1, (short*)(sums + (2 * SumBytes)), adds);
        Store(c2, c3, (short*)(next + (2 * SumBytes)), adds);
        Store(d0, d1, (short*)(sums + (3 * SumBytes)), adds);
        Store(d2, d3, (short*)(next + (3 * SumBytes)), adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<short> all, Vector512<short> odd, short* to, bool adds)
    {
        if (adds)
            (all, odd) = (all + Vector512.Load(to), odd + Vector512.Load(to + 32));
        all.Store(to);
        odd.Store(to + 32);
    }
}
