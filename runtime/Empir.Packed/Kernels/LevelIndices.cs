using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>The indices that an input's levels make, a plane of bytes for each group: one byte for each step.</summary>
internal static unsafe class LevelIndices
{
    /// <summary>Makes them.</summary>
    /// <param name="layout">Which levels make an index.</param>
    /// <param name="input">The levels, and behind them what may be read.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="step">Bytes of a step.</param>
    /// <param name="used">Bytes of a step that are weighted.</param>
    /// <param name="planes">Takes the indices.</param>
    /// <param name="stride">Bytes from one plane to the next, a multiple of 64.</param>
    public static void Make(in WeightTableLayout layout, byte* input, int steps, int step, int used, byte* planes, nint stride)
    {
        if (!Avx512Vbmi.IsSupported)
            Define(layout, input, steps, step, planes, stride);
        else if (step == 1)
            OfPixels(layout, input, steps, planes);
        else if (step <= 4)
            OfFew(layout, input, steps, step, used, planes, stride);
        else
            OfMany(layout, input, steps, step, planes, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Define(in WeightTableLayout layout, byte* input, int steps, int step, byte* planes, nint stride)
    {
        var mask = (1 << layout.Bits) - 1;
        for (var s = 0; s < steps; s++, input += step)
        {
            for (var g = 0; g < layout.Groups; g++)
            {
                var index = 0;
                for (var i = 0; i < layout.Levels; i++)
                    index |= (input[g + (i * layout.Groups)] & mask) << (i * layout.Bits);
                planes[(g * stride) + s] = (byte)index;
            }
        }
    }

    // Neighbouring pixels, 64 at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OfPixels(in WeightTableLayout layout, byte* input, int steps, byte* plane)
    {
        var (bits, count) = (layout.Bits, layout.Levels);
        for (var s = 0; s < steps; s += 64)
        {
            var indices = Vector512<byte>.Zero;
            for (var i = 0; i < count; i++)
                indices |= (Vector512.Load(input + s + i).AsUInt16() << (i * bits)).AsByte() & Vector512.Create((byte)(((1 << bits) - 1) << (i * bits)));
            indices.Store(plane + s);
        }
    }

    // Up to four channels, 16 pixels at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OfFew(in WeightTableLayout layout, byte* input, int steps, int step, int used, byte* planes, nint stride)
    {
        var places = stackalloc byte[64];
        for (var g = 0; g < layout.Groups; g++)
        {
            var weights = 0;
            for (var i = 0; i < 4; i++)
            {
                var at = g + (i * layout.Groups);
                var isLevel = i < layout.Levels && at < used;
                weights |= isLevel ? 1 << ((i * layout.Bits) + (8 * i)) : 0;
                for (var pixel = 0; pixel < 16; pixel++)
                    places[(pixel * 4) + i] = (byte)((pixel * step) + (isLevel ? at : 0));
            }
            var (spread, factors) = (Vector512.Load(places), Vector512.Create(weights).AsSByte());
            byte* from = input, plane = planes + (g * stride);
            for (var s = 0; s < steps; s += 16, from += 16 * step)
            {
                var pairs = Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(Vector512.Load(from), spread), factors);
                Avx512F.ConvertToVector128Byte(Avx512BW.MultiplyAddAdjacent(pairs, Vector512<short>.One)).Store(plane + s);
            }
        }
    }

    // 16 groups of 16 pixels at once, and then the groups apart.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OfMany(in WeightTableLayout layout, byte* input, int steps, int step, byte* planes, nint stride)
    {
        var (groups, count) = (layout.Groups, layout.Levels);
        // By how much each level of an index is shifted, and the bits that it then has.
        var shifts = stackalloc Vector128<ushort>[WeightTableLayout.IndexBits];
        var masks = stackalloc Vector128<byte>[WeightTableLayout.IndexBits];
        for (var i = 0; i < count; i++)
        {
            shifts[i] = Vector128.CreateScalar((ulong)(i * layout.Bits)).AsUInt16();
            masks[i] = Vector128.Create((byte)(((1 << layout.Bits) - 1) << (i * layout.Bits)));
        }
        // Eight pixels of eight groups, then 16 pixels of four.
        var places = stackalloc byte[256];
        for (var i = 0; i < 64; i++)
        {
            places[i] = (byte)((i % 8 / 4 * 64) + (i % 4 * 16) + (i / 8));
            places[64 + i] = (byte)(places[i] + 8);
            places[128 + i] = (byte)((i % 16 / 8 * 64) + (i / 16 * 8) + (i % 8));
            places[192 + i] = (byte)(places[128 + i] + 32);
        }
        var (lowGroups, highGroups, first, second) = (Vector512.Load(places), Vector512.Load(places + 64), Vector512.Load(places + 128), Vector512.Load(places + 192));
        var rows = stackalloc byte[256];
        for (var s = 0; s < steps; s += 16)
        {
            for (var g = 0; g < groups; g += 16)
            {
                for (var pixel = 0; pixel < 16; pixel++)
                {
                    var from = input + ((nint)Math.Min(s + pixel, steps - 1) * step) + g;
                    var indices = Vector128.Load(from) & masks[0];
                    for (var i = 1; i < count; i++)
                    {
                        from += groups;
                        indices |= Sse2.ShiftLeftLogical(Vector128.Load(from).AsUInt16(), shifts[i]).AsByte() & masks[i];
                    }
                    indices.Store(rows + (pixel * 16));
                }
                Vector512<byte> a = Vector512.Load(rows), b = Vector512.Load(rows + 64), c = Vector512.Load(rows + 128), d = Vector512.Load(rows + 192);
                Vector512<byte> low = Avx512Vbmi.PermuteVar64x8x2(a, lowGroups, b), low2 = Avx512Vbmi.PermuteVar64x8x2(c, lowGroups, d);
                Vector512<byte> high = Avx512Vbmi.PermuteVar64x8x2(a, highGroups, b), high2 = Avx512Vbmi.PermuteVar64x8x2(c, highGroups, d);
                var left = groups - g;
                var to = planes + (g * stride) + s;
                Four(Avx512Vbmi.PermuteVar64x8x2(low, first, low2), to, stride, left);
                Four(Avx512Vbmi.PermuteVar64x8x2(low, second, low2), to + (4 * stride), stride, left - 4);
                Four(Avx512Vbmi.PermuteVar64x8x2(high, first, high2), to + (8 * stride), stride, left - 8);
                Four(Avx512Vbmi.PermuteVar64x8x2(high, second, high2), to + (12 * stride), stride, left - 12);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(Vector512<byte> pixels, byte* to, nint stride, int groups)
    {
        if (groups > 0)
            pixels.GetLower().GetLower().Store(to);
        if (groups > 1)
            pixels.GetLower().GetUpper().Store(to + stride);
        if (groups > 2)
            pixels.GetUpper().GetLower().Store(to + (2 * stride));
        if (groups > 3)
            pixels.GetUpper().GetUpper().Store(to + (3 * stride));
    }
}
