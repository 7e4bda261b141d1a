using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>
/// The inner loops over tables of weights, for 1, 2 or 4 times 64 pixels x 2 outputs. Entries are added in bytes as often as is sure to
/// fit, then in 16 bits: all of them with the odd bytes 256-fold, and the odd bytes alone.
/// </summary>
internal static unsafe class WeightTableTile
{
    /// <summary>Bytes of sums of an output and 64 pixels.</summary>
    public const int SumBytes = 128;

    /// <summary>Sums over some tables, written or added.</summary>
    /// <param name="tiles">1, 2 or 4.</param>
    /// <param name="indices">[tables][tiles][64 pixels].</param>
    /// <param name="table">[tables][outputs].</param>
    /// <param name="tables">Number of tables of an output.</param>
    /// <param name="depth">Tables whose entries are sure to fit into a byte together.</param>
    /// <param name="first">What the first output's sums begin at.</param>
    /// <param name="second">What the second one's do.</param>
    /// <param name="sums">The first output's sums.</param>
    /// <param name="next">The second one's.</param>
    /// <param name="adds">Whether they are added.</param>
    public static void Run(int tiles, byte* indices, byte* table, int tables, int depth, short first, short second, byte* sums, byte* next, bool adds)
    {
        if (tiles == 4)
            Run<Yes, Yes>(indices, table, tables, depth, first, second, sums, next, adds);
        else if (tiles == 2)
            Run<Yes, No>(indices, table, tables, depth, first, second, sums, next, adds);
        else
            Run<No, No>(indices, table, tables, depth, first, second, sums, next, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TTwo, TFour>(byte* indices, byte* table, int tables, int depth, short first, short second, byte* sums, byte* next, bool adds)
        where TTwo : struct, IFlag where TFour : struct, IFlag
    {
        var size = TFour.Is ? 256 : TTwo.Is ? 128 : 64;
        var (all, odd, nextAll, nextOdd) = (Vector512.Create((short)(257 * first)), Vector512.Create(first), Vector512.Create((short)(257 * second)), Vector512.Create(second));
        Vector512<short> a0 = all, a1 = odd, a2 = nextAll, a3 = nextOdd, b0 = all, b1 = odd, b2 = nextAll, b3 = nextOdd;
        Vector512<short> c0 = all, c1 = odd, c2 = nextAll, c3 = nextOdd, d0 = all, d1 = odd, d2 = nextAll, d3 = nextOdd;
        for (var end = table + ((nint)tables * 128); table < end;)
        {
            var stop = table + ((nint)Math.Min(depth, (int)((end - table) / 128)) * 128);
            Vector512<byte> a = default, aa = default, b = default, bb = default, c = default, cc = default, d = default, dd = default;
            for (; table < stop; table += 128, indices += size)
            {
                var (w0, w1, pixels) = (Vector512.Load(table), Vector512.Load(table + 64), Vector512.Load(indices));
                a += WeightTableLayout.Look(w0, pixels);
                aa += WeightTableLayout.Look(w1, pixels);
                if (TTwo.Is)
                {
                    pixels = Vector512.Load(indices + 64);
                    b += WeightTableLayout.Look(w0, pixels);
                    bb += WeightTableLayout.Look(w1, pixels);
                }
                if (TFour.Is)
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
            if (TTwo.Is)
            {
                b0 += b.AsInt16();
                b1 += b.AsInt16() >>> 8;
                b2 += bb.AsInt16();
                b3 += bb.AsInt16() >>> 8;
            }
            if (TFour.Is)
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
        if (!TTwo.Is)
            return;
        Store(b0, b1, (short*)(sums + SumBytes), adds);
        Store(b2, b3, (short*)(next + SumBytes), adds);
        if (!TFour.Is)
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
