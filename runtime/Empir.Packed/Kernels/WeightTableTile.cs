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
    /// <param name="first">What the first output's sums begin at.</param>
    /// <param name="second">What the second one's do.</param>
    /// <param name="sums">The first output's sums.</param>
    /// <param name="next">The second one's.</param>
    /// <param name="adds">Whether they are added.</param>
    public static void Run(bool isWide, byte* indices, byte* table, int tables, int depth, short first, short second, byte* sums, byte* next, bool adds)
    {
        if (isWide)
            Run<Yes>(indices, table, tables, depth, first, second, sums, next, adds);
        else
            Run<No>(indices, table, tables, depth, first, second, sums, next, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TWide>(byte* indices, byte* table, int tables, int depth, short first, short second, byte* sums, byte* next, bool adds) where TWide : struct, IFlag
    {
        var size = TWide.Is ? 256 : 128;
        Vector512<short> a0 = Vector512.Create((short)(257 * first)), a1 = Vector512.Create(first), a2 = Vector512.Create((short)(257 * second)), a3 = Vector512.Create(second);
        Vector512<short> b0 = Vector512.Create((short)(257 * first)), b1 = Vector512.Create(first), b2 = Vector512.Create((short)(257 * second)), b3 = Vector512.Create(second);
        Vector512<short> c0 = Vector512.Create((short)(257 * first)), c1 = Vector512.Create(first), c2 = Vector512.Create((short)(257 * second)), c3 = Vector512.Create(second);
        Vector512<short> d0 = Vector512.Create((short)(257 * first)), d1 = Vector512.Create(first), d2 = Vector512.Create((short)(257 * second)), d3 = Vector512.Create(second);
        for (var end = table + ((nint)tables * 128); table < end;)
        {
            var stop = table + ((nint)Math.Min(depth, (int)((end - table) / 128)) * 128);
            Vector512<byte> a = default, aa = default;
            Vector512<byte> b = default, bb = default;
            Vector512<byte> c = default, cc = default;
            Vector512<byte> d = default, dd = default;
            for (; table < stop; table += 128, indices += size)
            {
                var (w0, w1, pixels) = (Vector512.Load(table), Vector512.Load(table + 64), Vector512.Load(indices));
                a += WeightTableLayout.Look(w0, pixels);
                aa += WeightTableLayout.Look(w1, pixels);
                pixels = Vector512.Load(indices + 64);
                b += WeightTableLayout.Look(w0, pixels);
                bb += WeightTableLayout.Look(w1, pixels);
                if (TWide.Is)
                {
                    pixels = Vector512.Load(indices + 128);
                    c += WeightTableLayout.Look(w0, pixels);
                    cc += WeightTableLayout.Look(w1, pixels);
                    pixels = Vector512.Load(indices + 192);
                    d += WeightTableLayout.Look(w0, pixels);
                    dd += WeightTableLayout.Look(w1, pixels);
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
