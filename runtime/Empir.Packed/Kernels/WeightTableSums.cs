using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>From 16 outputs' sums, pixels one beside the other, to those of 32 bits, outputs one beside the other.</summary>
internal static unsafe class WeightTableSums
{
    /// <summary>Bytes in which it works.</summary>
    public const int Bytes = 16 * 64;

    private const int Outputs = 16;

    /// <summary>to[p, o] = multiplier·sums[o, p] + constants[p], or that much more.</summary>
    /// <param name="sums">Of each output 64 times some pixels, as <see cref="WeightTableTile" /> leaves them.</param>
    /// <param name="stride">Bytes from one output to the next.</param>
    /// <param name="multiplier">What the sums are multiplied by.</param>
    /// <param name="constants">Of each 64 pixels the even ones, then the odd ones.</param>
    /// <param name="pixels">Number of pixels.</param>
    /// <param name="room">So many <see cref="Bytes" />.</param>
    /// <param name="to">The first pixel's sums.</param>
    /// <param name="toStride">Sums from one pixel to the next.</param>
    /// <param name="adds">Whether they are added.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(byte* sums, nint stride, int multiplier, int* constants, int pixels, byte* room, int* to, nint toStride, bool adds)
    {
        for (var p = 0; p < pixels; p += 64, sums += WeightTableTile.SumBytes, constants += 64, to += 64 * toStride)
        {
            if (Avx512BW.IsSupported)
            {
                for (var half = 0; half < 2; half++)
                {
                    var count = (pixels - p + 1 - half) / 2;
                    if (count >= 32 && !adds)
                        Half<Yes>((Vector512<long>*)room, half == 1, sums, stride, multiplier, constants + (half * 32), 32, to + (half * toStride), 2 * toStride, adds);
                    else
                        Half<No>((Vector512<long>*)room, half == 1, sums, stride, multiplier, constants + (half * 32), count, to + (half * toStride), 2 * toStride, adds);
                }
            }
            else
                Define(sums, stride, multiplier, constants, Math.Min(pixels - p, 64), to, toStride, adds);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Define(byte* sums, nint stride, int multiplier, int* constants, int pixels, int* to, nint toStride, bool adds)
    {
        for (var p = 0; p < pixels; p++, to += toStride)
        {
            for (var o = 0; o < Outputs; o++)
            {
                var odd = ((short*)(sums + (o * stride)))[32 + (p / 2)];
                var sum = p % 2 == 1 ? odd : (short)(((short*)(sums + (o * stride)))[p / 2] - (odd << 8));
                to[o] = (adds ? to[o] : 0) + (multiplier * sum) + constants[(p % 2 * 32) + (p / 2)];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Half<TWhole>(Vector512<long>* rows, bool isOdd, byte* sums, nint stride, int multiplier, int* constants, int pixels, int* to, nint toStride, bool adds) where TWhole : struct, IFlag
    {
        for (var o = 0; o < 2; o++, sums += 8 * stride, rows += 8)
        {
            Vector512<short> a = Row(isOdd, sums), b = Row(isOdd, sums + stride), c = Row(isOdd, sums + (2 * stride)), d = Row(isOdd, sums + (3 * stride));
            Vector512<short> e = Row(isOdd, sums + (4 * stride)), f = Row(isOdd, sums + (5 * stride)), g = Row(isOdd, sums + (6 * stride)), h = Row(isOdd, sums + (7 * stride));
            Vector512<int> ab = Avx512BW.UnpackLow(a, b).AsInt32(), cd = Avx512BW.UnpackLow(c, d).AsInt32(), ef = Avx512BW.UnpackLow(e, f).AsInt32(), gh = Avx512BW.UnpackLow(g, h).AsInt32();
            Four(ab, cd, ef, gh, rows);
            Four(Avx512BW.UnpackHigh(a, b).AsInt32(), Avx512BW.UnpackHigh(c, d).AsInt32(), Avx512BW.UnpackHigh(e, f).AsInt32(), Avx512BW.UnpackHigh(g, h).AsInt32(), rows + 4);
        }
        rows -= 16;
        var (first, second) = (Vector512.Create(0L, 1, 8, 9, 2, 3, 10, 11), Vector512.Create(4L, 5, 12, 13, 6, 7, 14, 15));
        for (var i = 0; i < 8; i++)
        {
            var low = Avx512F.PermuteVar8x64x2(rows[i], first, rows[i + 8]).AsInt16();
            var high = Avx512F.PermuteVar8x64x2(rows[i], second, rows[i + 8]).AsInt16();
            One<TWhole>(low.GetLower(), multiplier, constants, i, pixels, to, toStride, adds);
            One<TWhole>(low.GetUpper(), multiplier, constants, 8 + i, pixels, to, toStride, adds);
            One<TWhole>(high.GetLower(), multiplier, constants, 16 + i, pixels, to, toStride, adds);
            One<TWhole>(high.GetUpper(), multiplier, constants, 24 + i, pixels, to, toStride, adds);
        }
    }

    // All sums have the odd pixels' 256-fold in them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Row(bool isOdd, byte* sums)
    {
        var odd = Vector512.Load((short*)sums + 32);
        return isOdd ? odd : Vector512.Load((short*)sums) - (odd << 8);
    }

    // Each 128 bits: a pixel's eight outputs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(Vector512<int> ab, Vector512<int> cd, Vector512<int> ef, Vector512<int> gh, Vector512<long>* to)
    {
        Vector512<long> low = Avx512F.UnpackLow(ab, cd).AsInt64(), high = Avx512F.UnpackLow(ef, gh).AsInt64();
        to[0] = Avx512F.UnpackLow(low, high);
        to[1] = Avx512F.UnpackHigh(low, high);
        (low, high) = (Avx512F.UnpackHigh(ab, cd).AsInt64(), Avx512F.UnpackHigh(ef, gh).AsInt64());
        to[2] = Avx512F.UnpackLow(low, high);
        to[3] = Avx512F.UnpackHigh(low, high);
    }

    // Of whole tiles, most of them, nothing is asked.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One<TWhole>(Vector256<short> sums, int multiplier, int* constants, int pixel, int pixels, int* to, nint toStride, bool adds) where TWhole : struct, IFlag
    {
        if (!TWhole.Is && pixel >= pixels)
            return;
        to += pixel * toStride;
        var values = (Avx512F.ConvertToVector512Int32(sums) * multiplier) + Vector512.Create(constants[pixel]);
        (!TWhole.Is && adds ? values + Vector512.Load(to) : values).Store(to);
    }
}
