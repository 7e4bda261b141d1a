using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>The definition in plain C#: what every other kernel is compared with.</summary>
internal sealed unsafe class ScalarLevelKernel : LevelKernel
{
    public override string Name => "u8-s16-s32-conv-1x1-scalar";

    public override bool IsSupported => true;

    public override bool CanRun(in LevelSums sums) => true;

    public override double Cycles(in LevelSums sums, int pixels, long inputBytes) => 2.0 * sums.Terms * sums.Outputs * pixels;

    public override long PackedBytes(in LevelSums sums) => (long)sums.Terms * sums.Outputs * sizeof(short);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed)
    {
        var weights = (short*)packed + ((long)output * sums.Terms);
        var next = 0;
        for (var k = 0; k < sums.Terms; k++)
        {
            if (k % sums.Run % sums.Step < sums.Used)
                weights[k] = (short)sums.Weights.Integer(numbers[next++]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        var (count, run, outputs) = (sums.Rows, sums.Run, sums.Outputs);
        for (var p = 0; p < pixels; p++)
        {
            var weight = (short*)packed;
            for (var o = 0; o < outputs; o++)
            {
                var sum = 0;
                for (var r = 0; r < count; r++)
                {
                    var levels = input + offsets[p] + rows[r];
                    for (var k = 0; k < run; k++)
                        sum += *weight++ * levels[k];
                }
                output[((long)p * outputStride) + o] = sum;
            }
        }
    }
}
