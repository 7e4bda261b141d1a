using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// A table of all sums that a few weights of an output can make with their levels, packed once: one shuffle looks up the sums of 64
/// pixels, whatever the bits of the weights. The levels of each step are turned into indices of six bits once, and for a tile of pixels
/// those under its windows are brought together for all outputs. With m the weights' numbers and c the middle one,
/// Σ weight·level = multiplier·Σ (m - c)·level + (offset + multiplier·c)·Σ level; the last sum is looked up as an output is.
/// </summary>
internal sealed unsafe class WeightTableLevelKernel : LevelKernel
{
    private const int Outputs = 2;
    private const int MostTiles = 4;

    // Tables of an output whose indices, for a tile of pixels, stay in the first-level cache: a multiple of every depth.
    private const int Part = 60;

    // Outputs that share a tile's indices, and outputs that are written at once.
    private const int BlockOutputs = 64, StoredOutputs = 16;
    private const int OutputBytes = MostTiles * WeightTableTile.SumBytes;

    // Depths that are tried; a mark at the beginning of the packed weights says which ones some output's sums are too large for.
    private static ReadOnlySpan<byte> Depths => [12, 6, 4, 3, 2, 1];

    public override string Name => $"u2-s8-s32-conv-{MostTiles * WindowPlaces.Windows}x{Outputs}c3-avx512vbmi-vpermb";

    public override bool IsSupported => Avx512Vbmi.IsSupported;

    public override int BandPixels => MostTiles * WindowPlaces.Windows;

    // An entry in a signed byte, rows of whole steps.
    public override bool CanRun(in LevelSums sums) =>
        sums.Highest <= 7 && sums.Run % sums.Step == 0 && LargestEntry(sums) <= 128;

    public override double Cycles(in LevelSums sums, int pixels, long inputBytes)
    {
        var layout = new WeightTableLayout(sums);
        double tiles = Tiles.Round(pixels, WindowPlaces.Windows) / WindowPlaces.Windows;
        return (tiles * layout.Tables * ((0.68 * Tiles.Round(sums.Outputs, Outputs)) + 8)) + (0.5 * pixels * PaddedOutputs(sums))
            + (inputBytes / sums.Step * 4.0);
    }

    public override int PaddedOutputs(in LevelSums sums) => Tiles.Round(sums.Outputs, StoredOutputs);

    // Marks; the tables that sum up levels; [outputs / 2][tables][2].
    public override long PackedBytes(in LevelSums sums)
    {
        var layout = new WeightTableLayout(sums);
        return ((1 + ((long)layout.Positions * layout.Groups)) + ((long)Tiles.Round(sums.Outputs, Outputs) * layout.Tables)) * WeightTableLayout.Bytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed)
    {
        var layout = new WeightTableLayout(sums);
        var (middle, highest) = (Middle(sums), sums.Highest);
        var levelTables = packed + WeightTableLayout.Bytes;
        var to = levelTables + ((((nint)layout.Positions * layout.Groups) + ((nint)output / Outputs * layout.Tables * Outputs) + (output % Outputs)) * WeightTableLayout.Bytes);
        var depths = Depths;
        var lows = stackalloc int[depths.Length];
        var highs = stackalloc int[depths.Length];
        var weights = stackalloc int[WeightTableLayout.IndexBits];
        var ones = stackalloc int[WeightTableLayout.IndexBits];
        for (var t = 0; t < layout.Tables; t++, to += Outputs * WeightTableLayout.Bytes)
        {
            var (row, column) = Math.DivRem(t, layout.Positions * layout.Groups);
            var (position, group) = Math.DivRem(column, layout.Groups);
            var (low, high) = (0, 0);
            for (var i = 0; i < layout.Levels; i++)
            {
                var at = layout.Weight(position, group, i);
                ones[i] = at < 0 ? 0 : 1;
                weights[i] = at < 0 ? 0 : numbers[(row * sums.RunWeights) + at] - middle;
                low += Math.Min(weights[i], 0) * highest;
                high += Math.Max(weights[i], 0) * highest;
            }
            Table(layout, weights).Store(to);
            if (output == 0 && row == 0)
                Table(layout, ones).Store(levelTables + ((nint)t * WeightTableLayout.Bytes));
            for (var d = 0; d < depths.Length; d++)
            {
                if (t % depths[d] == 0)
                    lows[d] = highs[d] = 0;
                lows[d] += low;
                highs[d] += high;
                if (lows[d] < sbyte.MinValue || highs[d] > sbyte.MaxValue)
                    packed[depths[d]] = 1;
            }
        }
    }

    // Where the planes of indices lie; a tile's sums and indices; the planes, and what may be read behind them.
    public override long PreparedBytes(in LevelSums sums, long inputBytes) =>
        Room.Bytes + (Stride(inputBytes / sums.Step) * new WeightTableLayout(sums).Groups) + 128;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Prepare(in LevelSums sums, byte* input, long inputBytes, byte* prepared)
    {
        var steps = inputBytes / sums.Step;
        *(nint*)prepared = (nint)Stride(steps);
        LevelIndices.Make(new(sums), input, (int)steps, sums.Step, sums.Used, prepared + Room.Bytes, (nint)Stride(steps));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        var layout = new WeightTableLayout(sums);
        var (tables, depth) = (layout.Tables, Depth(packed));
        // So many tables' sums are sure to fit into 16 bits.
        var most = short.MaxValue / LargestEntry(sums) / Part * Part;
        var weights = packed + ((1 + ((nint)layout.Positions * layout.Groups)) * WeightTableLayout.Bytes);
        var steps = stackalloc int[sums.Rows];
        for (var r = 0; r < sums.Rows; r++)
            steps[r] = rows[r] / sums.Step;
        var room = new Room(prepared);
        var places = stackalloc WindowPlaces[MostTiles];
        var windows = stackalloc int[WindowPlaces.Windows];
        for (var p = 0; p < pixels; p += MostTiles * WindowPlaces.Windows)
        {
            var count = Math.Min(pixels - p, MostTiles * WindowPlaces.Windows);
            var tiles = count > 2 * WindowPlaces.Windows ? 4 : 2;
            for (var i = 0; i < tiles; i++)
            {
                var from = offsets + p + (i * WindowPlaces.Windows);
                if (count < (i + 1) * WindowPlaces.Windows)
                {
                    // Pixels beyond the last repeat it; nobody reads what they compute.
                    for (var w = 0; w < WindowPlaces.Windows; w++)
                        windows[w] = offsets[p + Math.Min((i * WindowPlaces.Windows) + w, count - 1)];
                    from = windows;
                }
                places[i].Find(from, sums.Step, room.Places + (i * WindowPlaces.Bytes));
            }
            for (var block = 0; block < sums.Outputs; block += BlockOutputs)
            {
                var end = Math.Min(block + BlockOutputs, sums.Outputs);
                for (var first = 0; first < tables; first += Part)
                {
                    var (parts, isFirst) = (Math.Min(Part, tables - first), first % most == 0);
                    var isLast = first + Part >= tables || (first + Part) % most == 0;
                    for (var i = 0; i < tiles; i++)
                        Gather(layout, sums, packed + WeightTableLayout.Bytes, prepared, places + i, steps, first, parts, room.Indices + (i * 64), tiles * 64, room.Totals + (i * WeightTableTile.SumBytes), !isFirst);
                    if (isLast)
                        Constants(room, tiles, sums.Weights.Offset + (sums.Weights.Multiplier * Middle(sums)));
                    for (var o = block; o < end; o += StoredOutputs)
                    {
                        for (var one = o; one < Math.Min(o + StoredOutputs, end); one += Outputs)
                        {
                            var at = room.Sums + ((nint)(one - block) * OutputBytes);
                            WeightTableTile.Run(tiles == 4, room.Indices, weights + ((((nint)one * tables) + (first * Outputs)) * WeightTableLayout.Bytes), parts, depth, at, at + OutputBytes, !isFirst);
                        }
                        if (isLast)
                            WeightTableSums.Store(room.Sums + ((nint)(o - block) * OutputBytes), OutputBytes, sums.Weights.Multiplier, room.Constants, count, output + ((nint)p * outputStride) + o, outputStride, first >= most);
                    }
                }
            }
        }
    }

    // The indices of 64 pixels, and the sums of their levels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(
        in WeightTableLayout layout, in LevelSums sums, byte* levelTables, byte* prepared, WindowPlaces* places, int* rows, int first, int count, byte* to, nint stride, byte* totals, bool adds)
    {
        var (plane, groups, positions, pixels) = (*(nint*)prepared, layout.Groups, layout.Positions, layout.Pixels);
        var planes = prepared + Room.Bytes;
        var depth = byte.MaxValue / (layout.Levels * sums.Highest);
        var (column, left) = (first % (groups * positions), depth);
        var (row, position, group) = (first / (groups * positions), column / groups, column % groups);
        Vector512<ushort> all = default, odd = default;
        var bytes = Vector512<byte>.Zero;
        for (var end = to + (count * stride); to < end; to += stride)
        {
            var indices = places->Take(planes + (group * plane) + rows[row] + (position * pixels));
            indices.Store(to);
            bytes += WeightTableLayout.Look(Vector512.Load(levelTables + ((nint)column * WeightTableLayout.Bytes)), indices);
            if (--left == 0)
            {
                (all, odd) = (all + bytes.AsUInt16(), odd + (bytes.AsUInt16() >> 8));
                (bytes, left) = (default, depth);
            }
            column++;
            if (++group < groups)
                continue;
            group = 0;
            if (++position < positions)
                continue;
            (column, position) = (0, 0);
            row++;
        }
        (all, odd) = (all + bytes.AsUInt16(), odd + (bytes.AsUInt16() >> 8));
        if (adds)
            (all, odd) = (all + Vector512.Load((ushort*)totals), odd + Vector512.Load((ushort*)totals + 32));
        all.Store((ushort*)totals);
        odd.Store((ushort*)totals + 32);
    }

    // What is the same for all outputs of a pixel, the even pixels of a tile and then the odd ones.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Constants(in Room room, int tiles, int factor)
    {
        for (var i = 0; i < tiles; i++)
        {
            var from = (ushort*)(room.Totals + (i * WeightTableTile.SumBytes));
            var to = room.Constants + (i * 64);
            var odd = Vector512.Load(from + 32);
            var (low, high) = Vector512.Widen(Vector512.Load(from) - (odd << 8));
            (low.AsInt32() * factor).Store(to);
            (high.AsInt32() * factor).Store(to + 16);
            (low, high) = Vector512.Widen(odd);
            (low.AsInt32() * factor).Store(to + 32);
            (high.AsInt32() * factor).Store(to + 48);
        }
    }

    private static int Depth(byte* packed)
    {
        foreach (var depth in Depths)
        {
            if (packed[depth] == 0)
                return depth;
        }
        return 1;
    }

    private static long Stride(long steps) => Tiles.Round64(steps);

    private static int Middle(in LevelSums sums) => 1 << (sums.Weights.Bits - 1);

    private static int LargestEntry(in LevelSums sums) => Middle(sums) * sums.Highest * new WeightTableLayout(sums).Levels;

    // What a run needs beside the planes.
    private readonly struct Room(byte* memory)
    {
        public const int Bytes = 64 + (MostTiles * WeightTableTile.SumBytes) + (MostTiles * 64 * sizeof(int)) + (BlockOutputs * OutputBytes) + (Part * MostTiles * 64) + (MostTiles * WindowPlaces.Bytes);

        public byte* Totals => memory + 64;

        public int* Constants => (int*)(Totals + (MostTiles * WeightTableTile.SumBytes));

        public byte* Sums => (byte*)(Constants + (MostTiles * 64));

        public byte* Indices => Sums + (BlockOutputs * OutputBytes);

        public byte* Places => Indices + (Part * MostTiles * 64);
    }

    // Entry i is the sum of the products with the levels that i is made of.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Table(in WeightTableLayout layout, int* weights)
    {
        var (indices, table) = (Vector512.CreateSequence<byte>(0, 1), Vector512<byte>.Zero);
        for (var bit = 0; bit < layout.Levels * layout.Bits; bit++)
        {
            var mask = Vector512.Create((byte)(1 << bit));
            table += Vector512.Equals(indices & mask, mask) & Vector512.Create((byte)(weights[bit / layout.Bits] << (bit % layout.Bits)));
        }
        return table;
    }
}
