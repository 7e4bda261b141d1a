using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// 8 pixels x 32 outputs in sixteen 512-bit accumulators: two vectors of weights and eight broadcast values feed sixteen
/// multiply-adds. Weights are packed as [outputs / 32][rows][run][32].
/// </summary>
internal sealed unsafe class Fma512FloatKernel : FloatKernel
{
    private const int TilePixels = 8;
    private const int TileOutputs = 32;

    public override string Name => "f32-conv-8x32-avx512f-fma";

    public override bool IsSupported => Avx512F.IsSupported;

    public override double Cycles(in FloatSums sums, int pixels) =>
        (double)(Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs) * ((sums.Terms * ((8.2 * Whole(pixels)) + (3.7 * Math.Max(pixels - (Whole(pixels) * TilePixels), 0)))) + (10 * Whole(pixels)));

    public override int PaddedOutputs(in FloatSums sums) => Tiles.Round(sums.Outputs, TileOutputs);

    public override long PackedBytes(in FloatSums sums) => (long)Tiles.Round(sums.Outputs, TileOutputs) * sums.Terms * sizeof(float);

    public override void Pack(in FloatSums sums, ReadOnlySpan<float> weights, float* packed) =>
        Tiles.Interleave(weights, sums.Outputs, sums.Terms, TileOutputs, packed);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in FloatSums sums, float* packed, float* input, int* rows, int* offsets, int pixels, float* output, int outputStride)
    {
        var size = (nint)sums.Terms * TileOutputs;
        for (var o = 0; o < sums.Outputs; o += TileOutputs, packed += size)
        {
            var p = 0;
            for (var tiles = Whole(pixels); tiles > 0; tiles--, p += TilePixels)
                Tile(packed, input, rows, sums.Rows, sums.Run, offsets + p, Math.Min(pixels - p, TilePixels) - 1, output + ((nint)p * outputStride) + o, outputStride);
            for (; p < pixels; p++)
                One(packed, input + offsets[p], rows, sums.Rows, sums.Run, output + ((nint)p * outputStride) + o);
        }
    }

    // Tiles; a last pixel or two are summed alone.
    private static int Whole(int pixels) => (pixels + TilePixels - 3) / TilePixels;

    // A last pixel or two alone, summed in the same order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(float* weight, float* input, int* rows, int count, int run, float* output)
    {
        Vector512<float> a = default, b = default;
        for (var r = 0; r < count; r++)
        {
            nint k = rows[r], end = k + run;
            for (; k < end; k++, weight += TileOutputs)
            {
                var v = Vector512.Create(input[k]);
                (a, b) = (Avx512F.FusedMultiplyAdd(v, Vector512.Load(weight), a), Avx512F.FusedMultiplyAdd(v, Vector512.Load(weight + 16), b));
            }
        }
        a.Store(output);
        b.Store(output + 16);
    }

    // A method of its own, so that the sums stay in registers. Pixels beyond the last repeat it; nobody reads what they compute.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(float* weight, float* input, int* rows, int count, int run, int* offsets, int last, float* output, nint outputStride)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        float* p0 = input + offsets[0], p1 = input + offsets[Math.Min(1, last)], p2 = input + offsets[Math.Min(2, last)], p3 = input + offsets[Math.Min(3, last)];
        float* p4 = input + offsets[Math.Min(4, last)], p5 = input + offsets[Math.Min(5, last)], p6 = input + offsets[Math.Min(6, last)], p7 = input + offsets[Math.Min(7, last)];
        for (var r = 0; r < count; r++)
        {
            nint k = rows[r], end = k + run;
            for (; k < end; k++, weight += TileOutputs)
            {
                var (w0, w1) = (Vector512.Load(weight), Vector512.Load(weight + 16));
                var v = Vector512.Create(p0[k]);
                (a0, b0) = (Avx512F.FusedMultiplyAdd(v, w0, a0), Avx512F.FusedMultiplyAdd(v, w1, b0));
                v = Vector512.Create(p1[k]);
                (a1, b1) = (Avx512F.FusedMultiplyAdd(v, w0, a1), Avx512F.FusedMultiplyAdd(v, w1, b1));
                v = Vector512.Create(p2[k]);
                (a2, b2) = (Avx512F.FusedMultiplyAdd(v, w0, a2), Avx512F.FusedMultiplyAdd(v, w1, b2));
                v = Vector512.Create(p3[k]);
                (a3, b3) = (Avx512F.FusedMultiplyAdd(v, w0, a3), Avx512F.FusedMultiplyAdd(v, w1, b3));
                v = Vector512.Create(p4[k]);
                (a4, b4) = (Avx512F.FusedMultiplyAdd(v, w0, a4), Avx512F.FusedMultiplyAdd(v, w1, b4));
                v = Vector512.Create(p5[k]);
                (a5, b5) = (Avx512F.FusedMultiplyAdd(v, w0, a5), Avx512F.FusedMultiplyAdd(v, w1, b5));
                v = Vector512.Create(p6[k]);
                (a6, b6) = (Avx512F.FusedMultiplyAdd(v, w0, a6), Avx512F.FusedMultiplyAdd(v, w1, b6));
                v = Vector512.Create(p7[k]);
                (a7, b7) = (Avx512F.FusedMultiplyAdd(v, w0, a7), Avx512F.FusedMultiplyAdd(v, w1, b7));
            }
        }
        a0.Store(output);
        b0.Store(output + 16);
        a1.Store(output + outputStride);
        b1.Store(output + outputStride + 16);
        a2.Store(output + (2 * outputStride));
        b2.Store(output + (2 * outputStride) + 16);
        a3.Store(output + (3 * outputStride));
        b3.Store(output + (3 * outputStride) + 16);
        a4.Store(output + (4 * outputStride));
        b4.Store(output + (4 * outputStride) + 16);
        a5.Store(output + (5 * outputStride));
        b5.Store(output + (5 * outputStride) + 16);
        a6.Store(output + (6 * outputStride));
        b6.Store(output + (6 * outputStride) + 16);
        a7.Store(output + (7 * outputStride));
        b7.Store(output + (7 * outputStride) + 16);
    }
}
