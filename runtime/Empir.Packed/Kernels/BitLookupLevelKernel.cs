using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// The tables of <see cref="LookupLevelKernel{TVector, TTable, V}" /> for weights of one bit: no second plane stands beside the first,
/// so that one shuffle looks up the sums of as many outputs as a vector has bytes.
/// </summary>
internal sealed unsafe class BitLookupLevelKernel<TVector, TTable, V> : LevelKernel
    where TVector : struct, IByteVector<V> where TTable : struct, ILookupTable<V> where V : unmanaged
{
    private static readonly LookupLevelKernel<TVector, TTable, V> Lookups = new();

    private static int VectorOutputs => sizeof(V);

    public override string Name => $"u8-u1-s32-conv-{BitLookupTile.Pixels}x{(TTable.IsWide ? 2 : 1) * VectorOutputs}c{TTable.Levels}-{TTable.Instructions}";

    public override bool IsSupported => Lookups.IsSupported;

    // Two tables' entries in a byte, a row's sums in 16 bits, rows of whole steps.
    public override bool CanRun(in LevelSums sums) =>
        sums.Weights.Bits == 1 && sums.Highest * TTable.Levels * 2 <= byte.MaxValue && sums.Run % sums.Step == 0 && Rows(sums) > 0;

    public override double Cycles(in LevelSums sums, int pixels, long inputBytes)
    {
        var tiles = Tiles.Round(pixels, BitLookupTile.Pixels) / BitLookupTile.Pixels;
        return ((double)tiles * Vectors(sums) * ((TTable.BitCycles * sums.Rows * Layout(sums).Groups) + 30)) + (10.0 * pixels)
            + LookupLevelKernel<TVector, TTable, V>.TableCycles(sums, inputBytes);
    }

    public override OuterWeights? Outer(in LevelSums sums, int count) =>
        sums.Outputs <= LookupOuterWeights<TVector, TTable, V>.MostOutputs ? new LookupOuterWeights<TVector, TTable, V>(sums, count) : null;

    public override int PaddedOutputs(in LevelSums sums) => Tiles.Round(sums.Outputs, VectorOutputs);

    public override long PackedBytes(in LevelSums sums) => (long)PaddedOutputs(sums) * sums.Rows * Layout(sums).Groups;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed)
    {
        var layout = Layout(sums);
        var (vector, run, together) = (output / VectorOutputs, sums.RunWeights, layout.Weights);
        // Vectors of a tile lie side by side.
        var wide = Wide(vector, Vectors(sums));
        var to = packed + (((long)(vector / wide * wide) * sums.Rows * layout.Groups) + (vector % wide)) * VectorOutputs + ShortSums.Lane(output, VectorOutputs);
        for (var row = 0; row < numbers.Length; row += run)
        {
            for (var first = row; first < row + run; first += together)
            {
                var end = Math.Min(first + together, row + run);
                // The places of a table that no weight has have no bits.
                for (var at = first; at < end; at += TTable.Levels, to += wide * VectorOutputs)
                    *to = EightBytes.LowestBits(EightBytes.At(numbers, at) & (ulong.MaxValue >> (64 - (8 * Math.Min(TTable.Levels, end - at)))));
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
        var (groups, vectors, most, stride) = (layout.Groups, Vectors(sums), Rows(sums), (nint)layout.Stride * TTable.Bytes);
        var deep = TTable.Levels * sums.Highest * 4 <= byte.MaxValue;
        var tiled = Tiles.Round(pixels, BitLookupTile.Pixels);
        var windows = stackalloc nint[tiled];
        var tableRows = stackalloc nint[sums.Rows];
        var constants = stackalloc int[tiled];
        // Of each pixel and vector the sums of even and of odd bytes, at a multiple of 64.
        var memory = stackalloc byte[(BitLookupTile.Pixels * 4 * sizeof(V)) + 64];
        var tile = (byte*)(((nint)memory + 63) & -64);
        var tables = LookupLevelKernel<TVector, TTable, V>.Places(sums, prepared, rows, offsets, pixels, tiled, tableRows, windows, constants);
        for (var r = 0; r < sums.Rows; r += most)
        {
            var height = Math.Min(most, sums.Rows - r);
            for (var v = 0; v < vectors;)
            {
                var wide = Wide(v, vectors);
                var weight = packed + ((((nint)v * sums.Rows) + (r * wide)) * groups * VectorOutputs);
                for (var p = 0; p < tiled; p += BitLookupTile.Pixels)
                {
                    Tile(wide, deep, weight, tables, windows + p, tableRows + r, height, groups, stride, tile);
                    Finish(tile, wide, r == 0, sums.Weights.Multiplier, constants + p, output + ((nint)p * outputStride) + (v * VectorOutputs), outputStride);
                }
                v += wide;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile(int wide, bool deep, byte* weight, byte* tables, nint* windows, nint* rows, int count, int groups, nint stride, byte* tile)
    {
        if (TTable.IsWide && Avx512Vbmi.IsSupported)
        {
            if (wide == 2)
                VpermbBitTile.Run<Yes>(weight, tables, windows, rows, count, groups, stride, (ushort*)tile);
            else
                VpermbBitTile.Run<No>(weight, tables, windows, rows, count, groups, stride, (ushort*)tile);
            return;
        }
        for (var w = 0; w < wide; w++)
        {
            var (from, to) = ((nint)weight + (w * sizeof(V)), (nint)tile + (w * 2 * sizeof(V)));
            if (deep)
                BitLookupTile<TVector, TTable, V>.Run<Yes>((byte*)from, wide * sizeof(V), tables, windows, rows, count, groups, stride, (byte*)to, wide * 2 * sizeof(V));
            else
                BitLookupTile<TVector, TTable, V>.Run<No>((byte*)from, wide * sizeof(V), tables, windows, rows, count, groups, stride, (byte*)to, wide * 2 * sizeof(V));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(byte* tile, int wide, bool isFirst, int factor, int* constants, int* output, nint outputStride)
    {
        for (var p = 0; p < BitLookupTile.Pixels; p++, output += outputStride)
        {
            for (var half = 0; half < 2 * wide; half++, tile += sizeof(V))
            {
                if (isFirst)
                    TVector.Set(TVector.Load(tile), factor, constants[p], output + (half * (VectorOutputs / 2)));
                else
                    TVector.Add(TVector.Load(tile), factor, output + (half * (VectorOutputs / 2)));
            }
        }
    }

    private static int Vectors(in LevelSums sums) => Tiles.Round(sums.Outputs, VectorOutputs) / VectorOutputs;

    // Vectors of the tile that a vector is of.
    private static int Wide(int vector, int vectors) => TTable.IsWide && (vector | 1) < vectors ? 2 : 1;

    // Rows of a window whose sums are sure to fit into 16 bits.
    private static int Rows(in LevelSums sums) => ushort.MaxValue / sums.Highest / sums.Run;

    private static TableLayout Layout(in LevelSums sums) => new(sums, TTable.Levels);
}
