using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// 6 pixels x 16 outputs in twelve 256-bit accumulators: two vectors of weights and one broadcast value feed twelve
/// multiply-adds. Weights are packed as [outputs / 16][rows][run][16].
/// </summary>
internal sealed unsafe class Fma256FloatKernel : FloatKernel
{
    private const int TilePixels = 6;
    private const int TileOutputs = 16;

    public override string Name => "f32-conv-6x16-avx2-fma";

    public override bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public override double Cycles(in FloatSums sums, int pixels) =>
        (double)(Tiles.Round(pixels, TilePixels) / TilePixels) * (Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs) * ((6.0 * sums.Terms) + 30);

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
            for (var p = 0; p < pixels; p += TilePixels)
                Tile(packed, input, rows, sums.Rows, sums.Run, offsets + p, Math.Min(pixels - p, TilePixels) - 1, output + ((nint)p * outputStride) + o, outputStride);
        }
    }

    // A method of its own, so that the sums stay in registers. Pixels beyond the last repeat it; nobody reads what they compute.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(float* weight, float* input, int* rows, int count, int run, int* offsets, int last, float* output, nint outputStride)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        float* p0 = input + offsets[0], p1 = input + offsets[Math.Min(1, last)], p2 = input + offsets[Math.Min(2, last)];
        float* p3 = input + offsets[Math.Min(3, last)], p4 = input + offsets[Math.Min(4, last)], p5 = input + offsets[Math.Min(5, last)];
        for (var r = 0; r < count; r++)
        {
            nint k = rows[r], end = k + run;
            for (; k < end; k++, weight += TileOutputs)
            {
                var (w0, w1) = (Vector256.Load(weight), Vector256.Load(weight + 8));
                var v = Vector256.Create(p0[k]);
                (a0, b0) = (Fma.MultiplyAdd(v, w0, a0), Fma.MultiplyAdd(v, w1, b0));
                v = Vector256.Create(p1[k]);
                (a1, b1) = (Fma.MultiplyAdd(v, w0, a1), Fma.MultiplyAdd(v, w1, b1));
                v = Vector256.Create(p2[k]);
                (a2, b2) = (Fma.MultiplyAdd(v, w0, a2), Fma.MultiplyAdd(v, w1, b2));
                v = Vector256.Create(p3[k]);
                (a3, b3) = (Fma.MultiplyAdd(v, w0, a3), Fma.MultiplyAdd(v, w1, b3));
                v = Vector256.Create(p4[k]);
                (a4, b4) = (Fma.MultiplyAdd(v, w0, a4), Fma.MultiplyAdd(v, w1, b4));
                v = Vector256.Create(p5[k]);
                (a5, b5) = (Fma.MultiplyAdd(v, w0, a5), Fma.MultiplyAdd(v, w1, b5));
            }
        }
        a0.Store(output);
        b0.Store(output + 8);
        a1.Store(output + outputStride);
        b1.Store(output + outputStride + 8);
        a2.Store(output + (2 * outputStride));
        b2.Store(output + (2 * outputStride) + 8);
        a3.Store(output + (3 * outputStride));
        b3.Store(output + (3 * outputStride) + 8);
        a4.Store(output + (4 * outputStride));
        b4.Store(output + (4 * outputStride) + 8);
        a5.Store(output + (5 * outputStride));
        b5.Store(output + (5 * outputStride) + 8);
    }
}
