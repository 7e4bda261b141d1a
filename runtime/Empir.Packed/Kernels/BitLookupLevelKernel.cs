using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// The tables of <see cref="LookupLevelKernel{TVector, TTable, V}" /> for weights of one bit: no second plane stands beside the first,
/// so that one shuffle looks up the sums of as many outputs as a vector has bytes.
/// </summary>
internal sealed unsafe class BitLookupLevelKernel : LevelKernel
{
    // Cycles of a group, for a tile's pixels and one vector of indices; measured on a Zen 4 core and scaled to the others'.
    private const double GroupCycles = 3.8;

    private static readonly LookupLevelKernel<Avx512Bytes, VpermbTable, Vector512<byte>> Lookups = new();

    public override string Name => $"u8-u1-s32-conv-{BitLookupTile.Pixels}x{2 * ShortSums.Outputs}c{VpermbTable.Levels}-{VpermbTable.Instructions}";

    public override bool IsSupported => VpermbTable.IsSupported;

    // Two tables' entries in a byte, a row's sums in 16 bits, rows of whole steps.
    public override bool CanRun(in LevelSums sums) =>
        sums.Weights.Bits == 1 && sums.Highest * VpermbTable.Levels * 2 <= byte.MaxValue && sums.Run % sums.Step == 0 && Rows(sums) > 0;

    public override double Cycles(in LevelSums sums, int pixels, long inputBytes)
    {
        var tiles = Tiles.Round(pixels, BitLookupTile.Pixels) / BitLookupTile.Pixels;
        return ((double)tiles * Vectors(sums) * ((GroupCycles * sums.Rows * Layout(sums).Groups) + 30)) + (10.0 * pixels) + Lookups.Cycles(sums, 0, inputBytes);
    }

    public override int PaddedOutputs(in LevelSums sums) => Tiles.Round(sums.Outputs, ShortSums.Outputs);

    public override long PackedBytes(in LevelSums sums) => (long)PaddedOutputs(sums) * sums.Rows * Layout(sums).Groups;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed)
    {
        var layout = Layout(sums);
        var (vector, run, together) = (output / ShortSums.Outputs, sums.RunWeights, layout.Weights);
        // Vectors of a tile lie side by side.
        var wide = Wide(vector, Vectors(sums));
        var to = packed + (((long)(vector / 2 * 2) * sums.Rows * layout.Groups) + (vector % 2)) * ShortSums.Outputs + ShortSums.Lane(output);
        for (var row = 0; row < numbers.Length; row += run)
        {
            for (var first = row; first < row + run; first += together)
            {
                var end = Math.Min(first + together, row + run);
                // The places of a table that no weight has have no bits.
                for (var at = first; at < end; at += VpermbTable.Levels, to += wide * ShortSums.Outputs)
                    *to = EightBytes.LowestBits(EightBytes.At(numbers, at) & (ulong.MaxValue >> (64 - (8 * Math.Min(VpermbTable.Levels, end - at)))));
            }
        }
    }

    public override long PreparedBytes(in LevelSums sums, long inputBytes) => Lookups.PreparedBytes(sums, inputBytes);

    public override void Prepare(in LevelSums sums, byte* input, long inputBytes, byte* prepared) => Lookups.Prepare(sums, input, inputBytes, prepared);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        var layout = Layout(sums);
        var (groups, vectors, most, stride) = (layout.Groups, Vectors(sums), Rows(sums), (nint)layout.Stride * VpermbTable.Bytes);
        var tiled = Tiles.Round(pixels, BitLookupTile.Pixels);
        var windows = stackalloc nint[tiled];
        var tableRows = stackalloc nint[sums.Rows];
        var constants = stackalloc int[tiled];
        var memory = stackalloc byte[(BitLookupTile.Pixels * 2 * ShortSums.Outputs * sizeof(ushort)) + 64];
        var tile = (ushort*)(((nint)memory + 63) & -64);
        var tables = LookupLevelKernel<Avx512Bytes, VpermbTable, Vector512<byte>>.Places(sums, prepared, rows, offsets, pixels, tiled, tableRows, windows, constants);
        for (var r = 0; r < sums.Rows; r += most)
        {
            var height = Math.Min(most, sums.Rows - r);
            for (var v = 0; v < vectors; v += 2)
            {
                var wide = Wide(v, vectors);
                var weight = packed + ((((nint)v * sums.Rows) + (r * wide)) * groups * ShortSums.Outputs);
                for (var p = 0; p < tiled; p += BitLookupTile.Pixels)
                {
                    if (!Avx512Vbmi.IsSupported)
                        Define(wide, weight, tables, windows + p, tableRows + r, height, groups, stride, tile);
                    else if (wide == 2)
                        BitLookupTile.Run<Yes>(weight, tables, windows + p, tableRows + r, height, groups, stride, tile);
                    else
                        BitLookupTile.Run<No>(weight, tables, windows + p, tableRows + r, height, groups, stride, tile);
                    ShortSums.Finish(tile, wide * ShortSums.Outputs, BitLookupTile.Pixels, sums.Weights.Multiplier, r == 0 ? constants + p : null, output + ((nint)p * outputStride) + (v * ShortSums.Outputs), outputStride);
                }
            }
        }
    }

    // What the tile is, for processors without its instructions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Define(int wide, byte* weight, byte* tables, nint* windows, nint* rows, int count, int groups, nint stride, ushort* tile)
    {
        for (var p = 0; p < BitLookupTile.Pixels; p++)
        {
            for (var o = 0; o < wide * ShortSums.Outputs; o++, tile++)
            {
                // The place of an output's index among those of its group.
                var index = weight + (o / ShortSums.Outputs * ShortSums.Outputs) + ShortSums.Lane(o);
                var sum = 0;
                for (var r = 0; r < count; r++)
                {
                    for (var g = 0; g < groups; g++, index += wide * ShortSums.Outputs)
                        sum += tables[windows[p] + rows[r] + (g * stride) + *index];
                }
                *tile = (ushort)sum;
            }
        }
    }

    private static int Vectors(in LevelSums sums) => Tiles.Round(sums.Outputs, ShortSums.Outputs) / ShortSums.Outputs;

    // Vectors of the tile that a vector is of.
    private static int Wide(int vector, int vectors) => (vector | 1) < vectors ? 2 : 1;

    // Rows of a window whose sums are sure to fit into 16 bits.
    private static int Rows(in LevelSums sums) => ushort.MaxValue / sums.Highest / sums.Run;

    private static TableLayout Layout(in LevelSums sums) => new(sums, VpermbTable.Levels);
}
