using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>Sums of all levels before each step of an input, so that the sum over a run is the difference of two.</summary>
internal static unsafe class RunningSums
{
    /// <summary>Makes them, one more than there are steps; they may wrap around.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Make(byte* input, long steps, int step, int used, int* running)
    {
        var total = 0;
        if (step == sizeof(uint))
        {
            // Four bytes at once: the even and the odd ones, then their sums.
            var mask = uint.MaxValue >> (32 - (8 * used));
            for (long s = 0; s < steps; s++, input += step)
            {
                running[s] = total;
                var levels = *(uint*)input & mask;
                total += (int)((((levels & 0x00FF_00FF) + ((levels >> 8) & 0x00FF_00FF)) * 0x0001_0001) >> 16);
            }
        }
        else
        {
            for (long s = 0; s < steps; s++, input += step)
            {
                running[s] = total;
                total += Sum(input, used);
            }
        }
        running[steps] = total;
    }

    /// <summary>The sums over windows of so many rows of so many steps, times a factor, in place of the steps where they begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Totals(int* running, int* windows, int count, int* rows, int height, int steps, int factor)
    {
        var neighbours = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);
        var w = 0;
        for (; w <= count - 8; w += 8)
        {
            // Neighbours in a row, as in most convolutions, are eight at once.
            if (Vector256.Load(windows + w) == Vector256.Create(windows[w]) + neighbours)
            {
                var (from, totals) = ((nint)(running + windows[w]), Vector256<int>.Zero);
                for (var r = 0; r < height; r++)
                    totals += Vector256.Load((int*)from + rows[r] + steps) - Vector256.Load((int*)from + rows[r]);
                (totals * factor).Store(windows + w);
                continue;
            }
            for (var i = w; i < w + 8; i++)
                windows[i] = factor * Total(running + windows[i], rows, height, steps);
        }
        for (; w < count; w++)
            windows[w] = factor * Total(running + windows[w], rows, height, steps);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Total(int* running, int* rows, int height, int steps)
    {
        var total = 0;
        for (var r = 0; r < height; r++)
            total += running[rows[r] + steps] - running[rows[r]];
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sum(byte* levels, int count)
    {
        var (k, total) = (0, 0);
        if (Sse2.IsSupported)
        {
            var sums = Vector128<long>.Zero;
            for (; k <= count - 16; k += 16)
                sums += Sse2.SumAbsoluteDifferences(Vector128.Load(levels + k), Vector128<byte>.Zero).AsInt64();
            total = (int)(sums.GetElement(0) + sums.GetElement(1));
        }
        else if (count >= 16)
        {
            var sums = Vector128<ushort>.Zero;
            for (; k <= count - 16; k += 16)
            {
                var pairs = Vector128.Load(levels + k).AsUInt16();
                sums += (pairs & Vector128.Create((ushort)255)) + (pairs >>> 8);
            }
            total = (int)Vector128.Sum(Vector128.WidenLower(sums) + Vector128.WidenUpper(sums));
        }
        for (; k < count; k++)
            total += levels[k];
        return total;
    }
}
