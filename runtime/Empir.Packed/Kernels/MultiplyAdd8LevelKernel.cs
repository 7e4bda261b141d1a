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

    public override double Cycles(in LevelSums sums, int pixels)
    {
        double tiles = Tiles.Round(pixels, MultiplyAddTile.Pixels) / MultiplyAddTile.Pixels * (Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs);
        var steps = sums.Rows * (Tiles.Round(sums.Run, Terms4) / Terms4);
        return tiles * ((7.5 * steps) + (30.0 * ((steps / Steps(sums)) + 1)));
    }

    public override long PackedBytes(in LevelSums sums) => (long)Tiles.Round(sums.Outputs, TileOutputs) * sums.Rows * Tiles.Round(sums.Run, Terms4);

    public override void Pack(in LevelSums sums, ReadOnlySpan<short> weights, byte* packed) =>
        MultiplyAddTile.Pack(sums, weights, TileOutputs, Terms4, (sbyte*)packed, weight => checked((sbyte)weight));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int rowStride, int* offsets, int pixels, int* output, int outputStride)
    {
        var (rows, run, outputs, most) = (sums.Rows, sums.Run, sums.Outputs, Steps(sums));
        var (size, steps) = (sizeof(V), Tiles.Round(run, Terms4) / Terms4);
        // Whole rows of the window, or where one is too many, parts of it.
        var (rowsPart, runPart) = most >= steps ? (Math.Min(most / steps, rows), run) : (1, most * Terms4);
        var narrow = stackalloc byte[MultiplyAddTile.Pixels * 2 * size];
        var tile = stackalloc byte[MultiplyAddTile.Pixels * 2 * size];
        var windows = stackalloc nint[MultiplyAddTile.Pixels];
        for (var p = 0; p < pixels; p += MultiplyAddTile.Pixels)
        {
            var count = Math.Min(pixels - p, MultiplyAddTile.Pixels);
            MultiplyAddTile.Windows(offsets + p, count, 1, windows);
            var weight = packed;
            for (var o = 0; o < outputs; o += TileOutputs)
            {
                new Span<byte>(tile, MultiplyAddTile.Pixels * 2 * size).Clear();
                for (var r = 0; r < rows; r += rowsPart)
                {
                    for (var k = 0; k < run; k += runPart)
                    {
                        var (height, width) = (Math.Min(rowsPart, rows - r), Math.Min(runPart, run - k));
                        MultiplyAddTile<TVector, V, ByteProducts<TVector, V>>.Run(weight, input + ((nint)r * rowStride) + k, windows, height, width, rowStride, narrow);
                        Widen(narrow, tile);
                        weight += (nint)height * (Tiles.Round(width, Terms4) / Terms4) * 2 * size;
                    }
                }
                Tiles.Copy((int*)tile, TileOutputs, count, Math.Min(outputs - o, TileOutputs), output + ((long)p * outputStride) + o, outputStride);
            }
        }
    }

    // Steps whose sums of two products are sure to fit into 16 bits.
    private static int Steps(in LevelSums sums) => short.MaxValue / (2 * sums.Highest * sums.Weights.Magnitude);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(byte* narrow, byte* tile)
    {
        var one = 0x0001_0001;
        var ones = TVector.Broadcast(&one);
        for (var i = 0; i < MultiplyAddTile.Pixels * 2; i++, narrow += sizeof(V), tile += sizeof(V))
            TVector.Store(TVector.Add32(TVector.Load(tile), TVector.MultiplyAdd16(TVector.Load(narrow), ones)), tile);
    }
}
