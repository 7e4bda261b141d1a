using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>The definition in plain C#, each sum in double precision.</summary>
internal sealed unsafe class ScalarFloatKernel : FloatKernel
{
    public override string Name => "f32-conv-1x1-scalar";

    public override bool IsSupported => true;

    public override double Cycles(in FloatSums sums, int pixels) => 4.0 * sums.Terms * sums.Outputs * pixels;

    public override long PackedBytes(in FloatSums sums) => (long)sums.Terms * sums.Outputs * sizeof(float);

    public override void Pack(in FloatSums sums, ReadOnlySpan<float> weights, float* packed) =>
        weights.CopyTo(new Span<float>(packed, weights.Length));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in FloatSums sums, float* packed, float* input, int* rows, int* offsets, int pixels, float* output, int outputStride)
    {
        var (count, run, outputs) = (sums.Rows, sums.Run, sums.Outputs);
        for (var p = 0; p < pixels; p++)
        {
            var weight = packed;
            for (var o = 0; o < outputs; o++)
            {
                var sum = 0.0;
                for (var r = 0; r < count; r++)
                {
                    var values = input + offsets[p] + rows[r];
                    for (var k = 0; k < run; k++)
                        sum += (double)*weight++ * values[k];
                }
                output[((long)p * outputStride) + o] = (float)sum;
            }
        }
    }
}
