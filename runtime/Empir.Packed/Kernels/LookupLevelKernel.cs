using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// A table of all sums of a subset of a few neighbouring levels, made once and read for all windows and outputs: one
/// shuffle looks up the sums of a bit-plane of as many outputs as a vector has bytes. Two planes of an output lie side by side,
/// and one multiply-add weighs them by 1 and 2; further pairs of planes are vectors of their own. With m the weights' numbers,
/// Σ weight·level = multiplier·Σ m·level + offset·Σ level; the last sum is the difference of two running sums per row.
/// </summary>
internal sealed unsafe class LookupLevelKernel<TVector, TTable, V> : LevelKernel
    where TVector : struct, IByteVector<V> where TTable : struct, ILookupTable<V> where V : unmanaged
{
    // What a tile reads for some rows stays in the first-level cache: so many groups of two vectors of indices.
    private const int CachedGroups = 256;
    private const int Header = 64;

    private static int TilePixels => LookupTile.Pixels;

    private static int TileOutputs => sizeof(V) / 2;

    public override string Name => $"u8-u2-s32-conv-{TilePixels}x{(TTable.IsWide ? 2 : 1) * TileOutputs}c{TTable.Levels}-{TTable.Instructions}";

    public override bool IsSupported => TVector.IsSupported && TTable.IsSupported;

    public override bool CanRun(in LevelSums sums) =>
        // Two tables' entries in a byte, a row's sums in 16 bits, rows of whole steps.
        sums.Highest * TTable.Levels * 2 <= byte.MaxValue && sums.Run % sums.Step == 0 && Rows(sums) > 0;

    public override double Cycles(in LevelSums sums, int pixels, long inputBytes)
    {
        var layout = Layout(sums);
        var tiles = Tiles.Round(pixels, TilePixels) / TilePixels;
        var parts = (sums.Rows + Part(sums) - 1) / Part(sums);
        return ((double)tiles * Vectors(sums) * ((TTable.GroupCycles * sums.Rows * layout.Groups) + (60 * parts))) + (10.0 * pixels) + TableCycles(sums, inputBytes);
    }

    /// <summary>Estimated cycles in which an input's tables are made.</summary>
    public static double TableCycles(in LevelSums sums, long inputBytes) => inputBytes / sums.Step * (3 + (TTable.BuildCycles * Layout(sums).Tables));

    public override int PaddedOutputs(in LevelSums sums) => Tiles.Round(sums.Outputs, TileOutputs);

    public override long PackedBytes(in LevelSums sums) => (long)Vectors(sums) * sums.Rows * Layout(sums).Groups * sizeof(V);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed)
    {
        var layout = Layout(sums);
        var (pairs, vectors, run, together) = (Pairs(sums), Vectors(sums), sums.RunWeights, layout.Weights);
        for (var pair = 0; pair < pairs; pair++)
        {
            // Vectors of a tile lie side by side.
            var vector = (output / TileOutputs * pairs) + pair;
            var wide = TTable.IsWide && (vector | 1) < vectors ? 2 : 1;
            var to = packed + (((long)(vector / wide * wide) * sums.Rows * layout.Groups) + (vector % wide)) * sizeof(V) + (output % TileOutputs * 2);
            for (var row = 0; row < numbers.Length; row += run)
            {
                for (var first = row; first < row + run; first += together)
                {
                    var end = Math.Min(first + together, row + run);
                    for (var at = first; at < end; at += TTable.Levels, to += wide * sizeof(V))
                    {
                        // The places of a table that no weight has, and those of the next one, have no bits.
                        var group = (EightBytes.At(numbers, at) >> (2 * pair)) & (ulong.MaxValue >> (64 - (8 * Math.Min(TTable.Levels, end - at))));
                        to[0] = EightBytes.LowestBits(group);
                        to[1] = EightBytes.LowestBits(group >> 1);
                    }
                }
            }
        }
    }

    // Where the running sums are, in 64 bytes; the tables; the running sums.
    public override long PreparedBytes(in LevelSums sums, long inputBytes) =>
        Header + TableBytes(sums, inputBytes) + (((inputBytes / sums.Step) + 1) * sizeof(int));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Prepare(in LevelSums sums, byte* input, long inputBytes, byte* prepared)
    {
        var running = prepared + Header + TableBytes(sums, inputBytes);
        *(nint*)prepared = (nint)running;
        prepared += Header;
        RunningSums.Make(input, inputBytes / sums.Step, sums.Step, sums.Used, (int*)running);
        var layout = Layout(sums);
        var places = stackalloc byte[64];
        layout.Spread(4, new Span<byte>(places, 64));
        var steps = (int)(inputBytes / sums.Step);
        if (layout.Tables * layout.Distance == sums.Step && layout.Distance <= 16)
            TTable.Build(input, places, layout.Distance, steps * layout.Tables, 1, 0, prepared);
        else
            TTable.Build(input, places, layout.Distance, layout.Tables, steps, sums.Step, prepared);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        var layout = Layout(sums);
        var (groups, vectors, pairs, stride) = (layout.Groups, Vectors(sums), Pairs(sums), (nint)layout.Stride * TTable.Bytes);
        var tiled = Tiles.Round(pixels, TilePixels);
        var windows = stackalloc nint[tiled];
        var tableRows = stackalloc nint[sums.Rows];
        var constants = stackalloc int[tiled];
        var tile = stackalloc byte[TilePixels * 2 * sizeof(V)];
        prepared = Places(sums, prepared, rows, offsets, pixels, tiled, tableRows, windows, constants);

        var most = Part(sums);
        var deep = TTable.Levels * sums.Highest * 4 <= byte.MaxValue;
        for (var r = 0; r < sums.Rows; r += most)
        {
            var height = Math.Min(most, sums.Rows - r);
            for (var v = 0; v < vectors;)
            {
                var wide = TTable.IsWide && v + 1 < vectors ? 2 : 1;
                var weight = packed + ((((nint)v * sums.Rows) + (r * wide)) * groups * sizeof(V));
                for (var p = 0; p < tiled; p += TilePixels)
                {
                    if (TTable.IsWide && Avx512Vbmi.IsSupported)
                        VpermbTile.Run(wide, deep, weight, prepared, windows + p, tableRows + r, height, groups, stride, tile);
                    for (var w = 0; w < wide; w++)
                    {
                        if (!TTable.IsWide || !Avx512Vbmi.IsSupported)
                            LookupTile<TVector, TTable, V>.Run(weight + (w * sizeof(V)), wide * sizeof(V), prepared, windows + p, tableRows + r, height, groups, stride, tile + (w * sizeof(V)));
                        var (block, pair) = Math.DivRem(v + w, pairs);
                        Finish(tile + (w * sizeof(V)), wide * sizeof(V), r == 0 && pair == 0, sums.Weights.Multiplier << (2 * pair), constants + p, output + ((nint)p * outputStride) + (block * TileOutputs), outputStride);
                    }
                }
                v += wide;
            }
        }
    }

    /// <summary>Where the tables of some windows are, and what the running sums say of them.</summary>
    /// <param name="sums">What is computed.</param>
    /// <param name="prepared">What <see cref="Prepare" /> made.</param>
    /// <param name="rows">Where the runs begin.</param>
    /// <param name="offsets">Where the windows begin.</param>
    /// <param name="pixels">Number of windows.</param>
    /// <param name="tiled">That number and what fills up the last tile: repetitions of the last window, which nobody reads.</param>
    /// <param name="tableRows">Takes where the rows' tables begin, in bytes from where a window's do.</param>
    /// <param name="windows">Takes where the windows' tables begin, in bytes from the first table.</param>
    /// <param name="constants">Takes offset·Σ level of each window.</param>
    /// <returns>The first table.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte* Places(
        in LevelSums sums, byte* prepared, int* rows, int* offsets, int pixels, int tiled, nint* tableRows, nint* windows, int* constants)
    {
        var step = sums.Step;
        var scale = (nint)Layout(sums).Tables * TTable.Bytes;
        var stepRows = stackalloc int[sums.Rows];
        for (var r = 0; r < sums.Rows; r++)
        {
            stepRows[r] = rows[r] / step;
            tableRows[r] = stepRows[r] * scale;
        }
        var reciprocal = 1.0 / step;
        for (var p = 0; p < tiled; p++)
        {
            constants[p] = (int)((offsets[Math.Min(p, pixels - 1)] * reciprocal) + 0.5);
            windows[p] = constants[p] * scale;
        }
        RunningSums.Totals(*(int**)prepared, constants, tiled, stepRows, sums.Rows, sums.Run / step, sums.Weights.Offset);
        return prepared + Header;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(byte* tile, int tileStride, bool isFirst, int factor, int* constants, int* output, nint outputStride)
    {
        for (var i = 0; i < TilePixels; i++, tile += tileStride, output += outputStride)
        {
            if (isFirst)
                TVector.Set(TVector.Load(tile), factor, constants[i], output);
            else
                TVector.Add(TVector.Load(tile), factor, output);
        }
    }

    // Rows that are summed up at once.
    private static int Part(in LevelSums sums) => Math.Min(Rows(sums), Math.Max(CachedGroups / Layout(sums).Groups, 1));

    private static long TableBytes(in LevelSums sums, long inputBytes) => inputBytes / sums.Step * Layout(sums).Tables * TTable.Bytes;

    private static int Pairs(in LevelSums sums) => (sums.Weights.Bits + 1) / 2;

    private static int Vectors(in LevelSums sums) => Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs * Pairs(sums);

    // Rows of a window whose sums, weighted by 1 and 2, are sure to fit into 16 bits.
    private static int Rows(in LevelSums sums) => ushort.MaxValue / (3 * sums.Highest) / sums.Run;

    private static TableLayout Layout(in LevelSums sums) => new(sums, TTable.Levels);
}
