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
        (double)Tiles.Round(pixels, TilePixels) * Tiles.Round(sums.Outputs, TileOutputs) * sums.Terms / 14;

    public override long PackedBytes(in FloatSums sums) => (long)Tiles.Round(sums.Outputs, TileOutputs) * sums.Terms * sizeof(float);

    public override void Pack(in FloatSums sums, ReadOnlySpan<float> weights, float* packed) =>
        Tiles.Interleave(weights, sums.Outputs, sums.Terms, TileOutputs, new Span<float>(packed, checked((int)(PackedBytes(sums) / sizeof(float)))));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in FloatSums sums, float* packed, float* input, int rowStride, int* offsets, int pixels, float* output, int outputStride)
    {
        var (rows, run, outputs) = (sums.Rows, sums.Run, sums.Outputs);
        var tile = stackalloc float[TilePixels * TileOutputs];
        for (var p = 0; p < pixels; p += TilePixels)
        {
            var last = Math.Min(pixels - p, TilePixels) - 1;
            // Pixels beyond the last repeat it; what they compute is not stored.
            nint o0 = offsets[p], o1 = offsets[p + Math.Min(1, last)], o2 = offsets[p + Math.Min(2, last)];
            nint o3 = offsets[p + Math.Min(3, last)], o4 = offsets[p + Math.Min(4, last)], o5 = offsets[p + Math.Min(5, last)];
            var weight = packed;
            for (var o = 0; o < outputs; o += TileOutputs)
            {
                Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
                Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
                var row = input;
                for (var r = 0; r < rows; r++, row += rowStride)
                {
                    for (nint k = 0; k < run; k++, weight += TileOutputs)
                    {
                        var (w0, w1) = (Vector256.Load(weight), Vector256.Load(weight + 8));
                        var v = Vector256.Create(row[o0 + k]);
                        (a0, b0) = (Fma.MultiplyAdd(v, w0, a0), Fma.MultiplyAdd(v, w1, b0));
                        v = Vector256.Create(row[o1 + k]);
                        (a1, b1) = (Fma.MultiplyAdd(v, w0, a1), Fma.MultiplyAdd(v, w1, b1));
                        v = Vector256.Create(row[o2 + k]);
                        (a2, b2) = (Fma.MultiplyAdd(v, w0, a2), Fma.MultiplyAdd(v, w1, b2));
                        v = Vector256.Create(row[o3 + k]);
                        (a3, b3) = (Fma.MultiplyAdd(v, w0, a3), Fma.MultiplyAdd(v, w1, b3));
                        v = Vector256.Create(row[o4 + k]);
                        (a4, b4) = (Fma.MultiplyAdd(v, w0, a4), Fma.MultiplyAdd(v, w1, b4));
                        v = Vector256.Create(row[o5 + k]);
                        (a5, b5) = (Fma.MultiplyAdd(v, w0, a5), Fma.MultiplyAdd(v, w1, b5));
                    }
                }
                a0.Store(tile);
                b0.Store(tile + 8);
                a1.Store(tile + 16);
                b1.Store(tile + 24);
                a2.Store(tile + 32);
                b2.Store(tile + 40);
                a3.Store(tile + 48);
                b3.Store(tile + 56);
                a4.Store(tile + 64);
                b4.Store(tile + 72);
                a5.Store(tile + 80);
                b5.Store(tile + 88);
                Tiles.Copy(tile, TileOutputs, last + 1, Math.Min(outputs - o, TileOutputs), output + ((long)p * outputStride) + o, outputStride);
            }
        }
    }
}
