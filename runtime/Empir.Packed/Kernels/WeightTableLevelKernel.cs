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

    // Tables of an output whose indices, for a tile of pixels, stay in the first-level cache.
    private const int Part = 60;

    // Tables are many times as large as the weights that a file holds.
    private const long MostBytes = 64 << 20;

    private const int SecondLevelBytes = 1 << 20;

    // Outputs that share a tile's indices, and outputs that are written at once.
    private const int BlockOutputs = 64, StoredOutputs = 16;
    private const int OutputBytes = MostTiles * WeightTableTile.SumBytes;

    // The most tables whose entries are added in bytes; a mark in the packed weights says for how many some output's sums are too large.
    private const int MostDepth = 20;

    public override string Name => $"u2-u8-s32-conv-{MostTiles * WindowPlaces.Windows}x{Outputs}c3-avx512vbmi-vpermb";

    public override bool IsSupported => Avx512Vbmi.IsSupported;

    public override int BandPixels => MostTiles * WindowPlaces.Windows;

    public override int SharePixels => WindowPlaces.Windows;

    // An entry in a byte, rows of whole steps.
    public override bool CanRun(in LevelSums sums) =>
        sums.Highest <= 7 && sums.Run % sums.Step == 0 && LargestEntry(sums) <= byte.MaxValue && PackedBytes(sums) <= MostBytes;

    // Measured on a Zen 4 core beside the kernels whose figures are Zen 5's, and scaled so that the other look-ups' are right there.
    public override double Cycles(in LevelSums sums, int pixels, long inputBytes)
    {
        var (layout, outputs, bytes) = (new WeightTableLayout(sums), Tiles.Round(sums.Outputs, Outputs), PackedBytes(sums));
        // The larger the entries, the fewer fit into a byte together; tables that no second-level cache holds are read from further away.
        var look = 0.68 + (LargestEntry(sums) / 450.0) + (bytes <= SecondLevelBytes ? 0 : bytes <= 2 * SecondLevelBytes ? 0.3 : 2);
        // Images' pixels share tiles, unless they are very few.
        var tiles = pixels == 0 ? 0 : Math.Max(pixels, 48.0) / WindowPlaces.Windows;
        var parts = (layout.Tables + Part - 1) / Part;
        return (tiles * ((layout.Tables * ((look * outputs) + 5)) + (4.6 * parts * outputs))) + (0.2 * pixels * PaddedOutputs(sums))
            + ((double)inputBytes / sums.Step * (sums.Step > 4 ? 5 * ((layout.Groups + 15) / 16) : 0.4 * layout.Groups));
    }

    public override int PaddedOutputs(in LevelSums sums) => Tiles.Round(sums.Outputs, StoredOutputs);

    public override long PackedBytes(in LevelSums sums) => new Packed(sums, null).Bytes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed)
    {
        var (layout, places, middle, highest, run) = (new WeightTableLayout(sums), new Packed(sums, packed), Middle(sums), sums.Highest, sums.RunWeights);
        var to = places.Tables + ((((nint)output / Outputs * layout.Tables * Outputs) + (output % Outputs)) * WeightTableLayout.Bytes);
        // Of each bit of an index all ones in the entries that have it; of a part the largest sums of its first tables.
        var bits = stackalloc Vector512<byte>[WeightTableLayout.IndexBits];
        for (var bit = 0; bit < WeightTableLayout.IndexBits; bit++)
            bits[bit] = Vector512.Equals((Vector512.CreateSequence<byte>(0, 1) >>> bit) & Vector512<byte>.One, Vector512<byte>.One);
        var largest = stackalloc int[Part + 1];
        var (part, count) = (0, 0);
        for (var row = 0; row < sums.Rows; row++, numbers = numbers[run..])
        {
            for (var column = 0; column < layout.Groups * layout.Positions; column++, to += Outputs * WeightTableLayout.Bytes)
            {
                var (group, position) = Math.DivRem(column, layout.Positions);
                var (low, range, table, levels) = (0, 0, Vector512<byte>.Zero, Vector512<byte>.Zero);
                for (var (i, bit) = (0, 0); i < layout.Levels; i++, bit += layout.Bits)
                {
                    if (layout.Weight(position, group, i) is var at && at < 0)
                        continue;
                    var weight = numbers[at] - middle;
                    low += Math.Min(weight, 0) * highest;
                    range += Math.Abs(weight) * highest;
                    for (var k = 0; k < layout.Bits; k++)
                    {
                        table += bits[bit + k] & Vector512.Create((byte)(weight << k));
                        levels += bits[bit + k] & Vector512.Create((byte)(1 << k));
                    }
                }
                // The least entry of a table is 0.
                (table - Vector512.Create((byte)low)).Store(to);
                if (output == 0 && row == 0)
                    levels.Store(places.LevelTables + ((nint)column * WeightTableLayout.Bytes));
                places.Begins(part)[output] += (short)low;
                largest[count + 1] = largest[count] + range;
                if (++count < Part)
                    continue;
                Mark(largest, count, packed);
                (part, count) = (part + 1, 0);
            }
        }
        Mark(largest, count, packed);
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
        var weights = new Packed(sums, packed);
        byte* outputTables = weights.Tables, levelTables = weights.LevelTables;
        var steps = stackalloc int[sums.Rows];
        for (var r = 0; r < sums.Rows; r++)
            steps[r] = rows[r] / sums.Step;
        var room = new Room(prepared);
        var windows = stackalloc int[WindowPlaces.Windows];
        for (var p = 0; p < pixels; p += MostTiles * WindowPlaces.Windows)
        {
            var count = Math.Min(pixels - p, MostTiles * WindowPlaces.Windows);
            var tiles = count <= WindowPlaces.Windows ? 1 : count <= 2 * WindowPlaces.Windows ? 2 : MostTiles;
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
                room.Places(i).Find(from, sums.Step, layout.Pixels);
            }
            for (var block = 0; block < sums.Outputs; block += BlockOutputs)
            {
                var end = Math.Min(block + BlockOutputs, sums.Outputs);
                for (var first = 0; first < tables; first += Part)
                {
                    var (length, isFirst) = (Math.Min(Part, tables - first), first % most == 0);
                    var begins = weights.Begins(first / Part);
                    var isLast = first + Part >= tables || (first + Part) % most == 0;
                    var sources = Locate(layout, *(nint*)prepared, steps, first, length, room.Sources);
                    for (var i = 0; i < tiles; i++)
                        Gather(room.Places(i), prepared + Room.Bytes, levelTables, room.Sources, sources, layout.Pixels, byte.MaxValue / (layout.Levels * sums.Highest), room.Indices + (i * 64), tiles * 64, room.Totals + (i * WeightTableTile.SumBytes), !isFirst);
                    if (isLast)
                        Constants(room, tiles, sums.Weights.Offset + (sums.Weights.Multiplier * Middle(sums)));
                    for (var o = block; o < end; o += StoredOutputs)
                    {
                        for (var one = o; one < Math.Min(o + StoredOutputs, end); one += Outputs)
                        {
                            var at = room.Sums + ((nint)(one - block) * OutputBytes);
                            WeightTableTile.Run(tiles, room.Indices, outputTables + ((((nint)one * tables) + (first * Outputs)) * WeightTableLayout.Bytes), length, depth, begins[one], begins[one + 1], at, at + OutputBytes, !isFirst);
                        }
                        if (isLast)
                            WeightTableSums.Store(room.Sums + ((nint)(o - block) * OutputBytes), OutputBytes, sums.Weights.Multiplier, room.Constants, count, room.Transposed, output + ((nint)p * outputStride) + o, outputStride, first >= most);
                    }
                }
            }
        }
    }

    // Where the indices of some tables of a window begin, and the tables that sum up their levels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Locate(in WeightTableLayout layout, nint plane, int* rows, int first, int count, Source* to)
    {
        var (groups, positions, found) = (layout.Groups, layout.Positions, 0);
        for (var end = first + count; first < end; found++)
        {
            var (row, column) = Math.DivRem(first, groups * positions);
            var (group, position) = Math.DivRem(column, positions);
            var run = Math.Min(Math.Min(positions - position, end - first), WindowPlaces.MostPositions);
            to[found] = new((group * plane) + rows[row] + (position * layout.Pixels), (nint)column * WeightTableLayout.Bytes, run);
            first += run;
        }
        return found;
    }

    // The indices of 64 pixels, and the sums of their levels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(WindowPlaces places, byte* planes, byte* levelTables, Source* sources, int count, int pixels, int depth, byte* to, nint stride, byte* totals, bool adds)
    {
        Vector512<ushort> all = default, odd = default;
        var (bytes, left) = (Vector512<byte>.Zero, depth);
        for (var end = sources + count; sources < end; sources++)
        {
            byte* from = planes + sources->Indices, table = levelTables + sources->Table;
            if ((left -= sources->Count) < 0)
            {
                (all, odd) = (all + bytes.AsUInt16(), odd + (bytes.AsUInt16() >> 8));
                (bytes, left) = (default, depth - sources->Count);
            }
            var stop = table + (sources->Count * WeightTableLayout.Bytes);
            if (places.AreNear)
            {
                var (next, step) = (places.First, Vector512.Create((byte)pixels));
                from += places.Begin;
                Vector512<byte> low = Vector512.Load(from), high = Vector512.Load(from + 64);
                for (; table < stop; table += WeightTableLayout.Bytes, to += stride, next += step)
                {
                    var indices = WindowPlaces.Look(low, high, next);
                    indices.Store(to);
                    bytes += WeightTableLayout.Look(Vector512.Load(table), indices);
                }
            }
            else
            {
                for (; table < stop; table += WeightTableLayout.Bytes, to += stride, from += pixels)
                {
                    var indices = places.Take(from);
                    indices.Store(to);
                    bytes += WeightTableLayout.Look(Vector512.Load(table), indices);
                }
            }
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

    // Marks the depths at which the tables of a part do not fit into a byte.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mark(int* largest, int count, byte* packed)
    {
        for (var depth = MostDepth; depth > 1; depth--)
        {
            for (var first = 0; first < count && packed[depth] == 0; first += depth)
            {
                if (largest[Math.Min(first + depth, count)] - largest[first] > byte.MaxValue)
                    packed[depth] = 1;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Depth(byte* packed)
    {
        var depth = MostDepth;
        while (packed[depth] != 0)
            depth--;
        return depth;
    }

    private static long Stride(long steps) => Tiles.Round64(steps);

    private static int Middle(in LevelSums sums) => 1 << (sums.Weights.Bits - 1);

    private static int LargestEntry(in LevelSums sums) => Middle(sums) * sums.Highest * new WeightTableLayout(sums).Levels;

    // Marks; for each part where each output's sums begin; the tables that sum up levels; [outputs / 2][tables][2].
    private readonly struct Packed(LevelSums sums, byte* memory)
    {
        private readonly WeightTableLayout layout = new(sums);

        public byte* LevelTables => memory + 64 + Tiles.Round64((long)((layout.Tables + Part - 1) / Part) * PairedOutputs * sizeof(short));

        public byte* Tables => LevelTables + ((nint)layout.Positions * layout.Groups * WeightTableLayout.Bytes);

        public long Bytes => Tables + ((nint)PairedOutputs * layout.Tables * WeightTableLayout.Bytes) - memory;

        private int PairedOutputs => Tiles.Round(sums.Outputs, Outputs);

        public short* Begins(int part) => (short*)(memory + 64) + ((nint)part * PairedOutputs);
    }

    private readonly record struct Source(nint Indices, nint Table, int Count);

    // What a run needs beside the planes.
    private readonly struct Room(byte* memory)
    {
        public static int Bytes =>
            64 + (MostTiles * (WeightTableTile.SumBytes + (64 * sizeof(int)) + WindowPlaces.Bytes + (Part * 64))) + (BlockOutputs * OutputBytes) + WeightTableSums.Bytes
            + Tiles.Round(Part * sizeof(Source), 64);

        public byte* Totals => memory + 64;

        public int* Constants => (int*)(Totals + (MostTiles * WeightTableTile.SumBytes));

        public byte* Sums => (byte*)(Constants + (MostTiles * 64));

        public byte* Indices => Sums + (BlockOutputs * OutputBytes);

        public byte* Transposed => Indices + (Part * MostTiles * 64);

        public Source* Sources => (Source*)(Transposed + WeightTableSums.Bytes + (MostTiles * WindowPlaces.Bytes));

        public WindowPlaces Places(int tile) => new(Transposed + WeightTableSums.Bytes + (tile * WindowPlaces.Bytes));
    }
}
