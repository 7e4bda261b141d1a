using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>
/// A table of all sums of a subset of a few neighbouring levels of a pixel, made once and read for all windows and outputs: one
/// shuffle looks up the sums of a bit-plane of as many outputs as a vector has bytes. Two planes of an output lie side by side,
/// and one multiply-add weighs them by 1 and 2; further pairs of planes are vectors of their own. With m the weights' numbers,
/// Σ weight·level = multiplier·Σ m·level + offset·Σ level; the last sum is the difference of two running sums per row.
/// </summary>
internal sealed unsafe class LookupLevelKernel<TVector, TTable, V> : LevelKernel
    where TVector : struct, IByteVector<V> where TTable : struct, ILookupTable<V> where V : unmanaged
{
    // What a tile reads for some rows stays in the first-level cache: so many groups of two vectors of indices.
    private const int CachedGroups = 96;
    private const int Header = 64;

    private static int TilePixels => LookupTile.Pixels;

    private static int TileOutputs => sizeof(V) / 2;

    public override string Name => $"u8-u2-s32-conv-{TilePixels}x{(TTable.IsWide ? 2 : 1) * TileOutputs}c{TTable.Levels}-{TTable.Instructions}";

    public override bool IsSupported => TVector.IsSupported && TTable.IsSupported;

    public override bool CanRun(in LevelSums sums) =>
        // Two tables' entries in a byte, a row's sums in 16 bits, rows of whole steps.
        sums.Highest * TTable.Levels * 2 <= byte.MaxValue && sums.Run % sums.Step == 0 && Rows(sums) > 0;

    public override double Cycles(in LevelSums sums, int pixels)
    {
        double tiles = Tiles.Round(pixels, TilePixels) / TilePixels * Vectors(sums);
        return (tiles * ((8.0 * sums.Rows * Layout(sums).Groups) + 60)) + (pixels * (sums.Terms / 16.0));
    }

    public override int PaddedOutputs(in LevelSums sums) => Tiles.Round(sums.Outputs, TileOutputs);

    public override long PackedBytes(in LevelSums sums) => (long)Vectors(sums) * sums.Rows * Layout(sums).Groups * sizeof(V);

    public override void Pack(in LevelSums sums, ReadOnlySpan<short> weights, byte* packed)
    {
        new Span<byte>(packed, checked((int)PackedBytes(sums))).Clear();
        var layout = Layout(sums);
        var (levels, pairs, vectors) = (sums.Weights, Pairs(sums), Vectors(sums));
        for (var o = 0; o < sums.Outputs; o++)
        {
            for (var r = 0; r < sums.Rows; r++)
            {
                for (var k = 0; k < sums.Run; k++)
                {
                    if (layout.Place(k) is not var (group, bit))
                        continue;
                    var number = (weights[(o * sums.Terms) + (r * sums.Run) + k] - levels.Offset) / levels.Multiplier;
                    for (var pair = 0; pair < pairs; pair++)
                    {
                        // Vectors of a tile lie side by side.
                        var vector = (o / TileOutputs * pairs) + pair;
                        var wide = TTable.IsWide && (vector | 1) < vectors ? 2 : 1;
                        var first = (long)(vector / wide * wide) * sums.Rows * layout.Groups;
                        var at = packed + ((first + (((r * layout.Groups) + group) * wide) + (vector % wide)) * sizeof(V)) + (o % TileOutputs * 2);
                        at[0] |= (byte)((number >> (2 * pair) & 1) << bit);
                        at[1] |= (byte)((number >> ((2 * pair) + 1) & 1) << bit);
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
        var together = layout.AreNear ? TTable.Together : 1;
        var places = stackalloc byte[TTable.Together * 16];
        layout.Spread(TTable.Together, new Span<byte>(places, TTable.Together * 16));
        var steps = inputBytes / sums.Step;
        if (layout.Tables == 1)
        {
            for (; steps > 0; steps -= together, input += together * sums.Step, prepared += together * TTable.Bytes)
                TTable.Build(input, places, (int)Math.Min(steps, together), prepared);
            return;
        }
        for (; steps > 0; steps--, input += sums.Step)
        {
            for (var t = 0; t < layout.Tables; t += together)
            {
                var tables = Math.Min(layout.Tables - t, together);
                TTable.Build(input + (t * TTable.Levels), places, tables, prepared);
                prepared += tables * TTable.Bytes;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        var layout = Layout(sums);
        var (groups, vectors, pairs, step) = (layout.Groups, Vectors(sums), Pairs(sums), sums.Step);
        var scale = (nint)layout.Tables * TTable.Bytes;
        var stride = (nint)layout.Steps * TTable.Bytes;
        var tiled = Tiles.Round(pixels, TilePixels);
        var windows = stackalloc nint[tiled];
        var tableRows = stackalloc nint[sums.Rows];
        var stepRows = stackalloc int[sums.Rows];
        var constants = stackalloc int[tiled];
        var tile = stackalloc byte[TilePixels * 2 * sizeof(V)];
        for (var r = 0; r < sums.Rows; r++)
        {
            stepRows[r] = rows[r] / step;
            tableRows[r] = stepRows[r] * scale;
        }
        var running = *(int**)prepared;
        prepared += Header;
        for (var p = 0; p < tiled; p++)
        {
            // Pixels beyond the last repeat it; nobody reads what they compute.
            var at = offsets[Math.Min(p, pixels - 1)] / step;
            windows[p] = at * scale;
            constants[p] = sums.Weights.Offset * RunningSums.Total(running + at, stepRows, sums.Rows, sums.Run / step);
        }

        var most = Math.Min(Rows(sums), Math.Max(CachedGroups / groups, 1));
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
                    LookupTile<TVector, TTable, V>.Run(wide, deep, weight, prepared, windows + p, tableRows + r, height, groups, stride, tile);
                    for (var w = 0; w < wide; w++)
                    {
                        var (block, pair) = Math.DivRem(v + w, pairs);
                        Finish(tile + (w * sizeof(V)), wide * sizeof(V), r == 0 && pair == 0, sums.Weights.Multiplier << (2 * pair), constants + p, output + ((nint)p * outputStride) + (block * TileOutputs), outputStride);
                    }
                }
                v += wide;
            }
        }
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

    private static long TableBytes(in LevelSums sums, long inputBytes) => inputBytes / sums.Step * Layout(sums).Tables * TTable.Bytes;

    private static int Pairs(in LevelSums sums) => (sums.Weights.Bits + 1) / 2;

    private static int Vectors(in LevelSums sums) => Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs * Pairs(sums);

    // Rows of a window whose sums, weighted by 1 and 2, are sure to fit into 16 bits.
    private static int Rows(in LevelSums sums) => ushort.MaxValue / (3 * sums.Highest) / sums.Run;

    private static TableLayout Layout(in LevelSums sums) => new(sums, TTable.Levels);
}
