using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>Sums of all levels before each step of an input, so that the sum over a run is the difference of two.</summary>
internal static unsafe class RunningSums
{
    /// <summary>Makes them, one more than there are steps; they may wrap around.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Make(byte* input, long steps, int step, int used, int* running)
    {
        var total = 0;
        for (long s = 0; s < steps; s++, input += step)
        {
            running[s] = total;
            total += Sum(input, used);
        }
        running[steps] = total;
    }

    /// <summary>The sum over a window: rows of so many steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Total(int* running, int* rows, int count, int steps)
    {
        var total = 0;
        for (var r = 0; r < count; r++)
            total += running[rows[r] + steps] - running[rows[r]];
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sum(byte* levels, int count)
    {
        var (k, total) = (0, 0);
        if (count >= 16)
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
