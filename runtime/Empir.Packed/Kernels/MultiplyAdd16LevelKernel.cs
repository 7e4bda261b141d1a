using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>Levels widened to 16 bits once per input, two of a pixel against two weights of every output: for any bits, sums in 32.</summary>
internal sealed unsafe class MultiplyAdd16LevelKernel<TVector, V> : LevelKernel where TVector : struct, IByteVector<V> where V : unmanaged
{
    private const int Terms2 = 2;

    private static int Lanes => sizeof(V) / sizeof(int);

    private static int TileOutputs => 2 * Lanes;

    public override string Name => $"u8-s16-s32-conv-{MultiplyAddTile.Pixels}x{TileOutputs}c2-{TVector.Instructions}-maddwd";

    public override bool IsSupported => TVector.IsSupported;

    public override bool CanRun(in LevelSums sums) => true;

    public override double Cycles(in LevelSums sums, int pixels, long inputBytes)
    {
        double tiles = Tiles.Round(pixels, MultiplyAddTile.Pixels) / MultiplyAddTile.Pixels * (Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs);
        return (tiles * ((MultiplyAddTile.StepCycles * sums.Rows * (Tiles.Round(sums.Run, Terms2) / Terms2)) + 15)) + (0.1 * inputBytes);
    }

    public override int PaddedOutputs(in LevelSums sums) => Tiles.Round(sums.Outputs, TileOutputs);

    public override long PackedBytes(in LevelSums sums) => (long)Tiles.Round(sums.Outputs, TileOutputs) * sums.Rows * Tiles.Round(sums.Run, Terms2) * sizeof(short);

    public override void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed) =>
        MultiplyAddTile.Pack(sums, output, numbers, TileOutputs, (short*)packed);

    public override long PreparedBytes(in LevelSums sums, long inputBytes) => inputBytes * sizeof(short);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Prepare(in LevelSums sums, byte* input, long inputBytes, byte* prepared)
    {
        var wide = (short*)prepared;
        long i = 0;
        for (; i <= inputBytes - 16; i += 16)
        {
            var (lower, upper) = Vector128.Widen(Vector128.Load(input + i));
            lower.AsInt16().Store(wide + i);
            upper.AsInt16().Store(wide + i + 8);
        }
        for (; i < inputBytes; i++)
            wide[i] = input[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        var weightBytes = (nint)sums.Rows * (Tiles.Round(sums.Run, Terms2) / Terms2) * 2 * sizeof(V);
        for (var o = 0; o < sums.Outputs; o += TileOutputs, packed += weightBytes)
        {
            for (var p = 0; p < pixels; p += MultiplyAddTile.Pixels)
                MultiplyAddTile<TVector, V, ShortProducts<TVector, V>>.Run(packed, prepared, offsets + p, Math.Min(pixels - p, MultiplyAddTile.Pixels), sizeof(short), rows, sums.Rows, sums.Run, output + ((nint)p * outputStride) + o, outputStride, false);
        }
    }
}
