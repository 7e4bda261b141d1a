using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>
/// Four levels of a pixel against four signed bytes of every output: products are summed up in 16 bits as long as they are sure
/// to fit, then in 32.
/// </summary>
internal sealed unsafe class MultiplyAdd8LevelKernel<TVector, V> : LevelKernel where TVector : struct, IByteVector<V> where V : unmanaged
{
    private const int Terms4 = 4;

    private static int Lanes => sizeof(V) / sizeof(int);

    private static int TileOutputs => 2 * Lanes;

    public override string Name => $"u8-s8-s32-conv-{MultiplyAddTile.Pixels}x{TileOutputs}c4-{TVector.Instructions}-maddubs";

    public override bool IsSupported => TVector.IsSupported;

    public override bool CanRun(in LevelSums sums) => sums.Weights.Magnitude <= 127 && Steps(sums) > 0;

    public override double Cycles(in LevelSums sums, int pixels, long inputBytes)
    {
        double tiles = Tiles.Round(pixels, MultiplyAddTile.Pixels) / MultiplyAddTile.Pixels * (Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs);
        var steps = sums.Rows * (Tiles.Round(sums.Run, Terms4) / Terms4);
        return tiles * ((MultiplyAddTile.StepCycles * steps) + (24.0 * ((steps / Steps(sums)) + 1)));
    }

    public override int PaddedOutputs(in LevelSums sums) => Tiles.Round(sums.Outputs, TileOutputs);

    public override long PackedBytes(in LevelSums sums) => (long)Tiles.Round(sums.Outputs, TileOutputs) * sums.Rows * Tiles.Round(sums.Run, Terms4);

    public override void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed) =>
        MultiplyAddTile.Pack(sums, output, numbers, TileOutputs, (sbyte*)packed);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        var (count, run, outputs, most) = (sums.Rows, sums.Run, sums.Outputs, Steps(sums));
        var steps = Tiles.Round(run, Terms4) / Terms4;
        // Whole rows of the window, or where one is too many, parts of it.
        var (rowsPart, runPart) = most >= steps ? (Math.Min(most / steps, count), run) : (1, most * Terms4);
        for (var o = 0; o < outputs; o += TileOutputs)
        {
            for (var r = 0; r < count; r += rowsPart)
            {
                for (var k = 0; k < run; k += runPart)
                {
                    var (height, width) = (Math.Min(rowsPart, count - r), Math.Min(runPart, run - k));
                    for (var p = 0; p < pixels; p += MultiplyAddTile.Pixels)
                        MultiplyAddTile<TVector, V, ByteProducts<TVector, V>>.Run(packed, input + k, offsets + p, Math.Min(pixels - p, MultiplyAddTile.Pixels), 1, rows + r, height, width, output + ((nint)p * outputStride) + o, outputStride, r + k > 0);
                    packed += (nint)height * (Tiles.Round(width, Terms4) / Terms4) * 2 * sizeof(V);
                }
            }
        }
    }

    // Steps whose sums of two products are sure to fit into 16 bits.
    private static int Steps(in LevelSums sums) => short.MaxValue / (2 * sums.Highest * sums.Weights.Magnitude);
}
