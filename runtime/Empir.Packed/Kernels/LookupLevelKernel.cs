using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>
/// A table of all sums of a subset of a few neighbouring levels of a pixel, made once and read for all windows and outputs: one
/// shuffle looks up the sums of a bit-plane of as many outputs as a vector has bytes. Planes of an output lie side by side, and
/// one multiply-add weighs them by powers of two. With m the weights' numbers, Σ weight·level = multiplier·Σ m·level + offset·Σ level;
/// the last sum is taken once per pixel, without the places that are no weights.
/// </summary>
internal sealed unsafe class LookupLevelKernel<TVector, TTable, V> : LevelKernel
    where TVector : struct, IByteVector<V> where TTable : struct, ILookupTable<V> where V : unmanaged
{
    private const int TilePixels = 8;
    private const int Planes = 2;

    private static int TileOutputs => sizeof(V) / Planes;

    public override string Name => $"u8-u2-s32-conv-{TilePixels}x{TileOutputs}c{TTable.Levels}-{TTable.Instructions}";

    public override bool IsSupported => TVector.IsSupported && TTable.IsSupported;

    public override bool CanRun(in LevelSums sums) =>
        // Two tables' entries in a byte, a row's sums in 16 bits, and a lane of the total, which takes an eighth of the levels.
        sums.Weights.Bits <= Planes && sums.Highest * TTable.Levels * 2 <= byte.MaxValue && Rows(sums) > 0
        && (long)sums.Highest * sums.Rows * ((sums.Run + 15) / 16 * 2) <= ushort.MaxValue;

    public override double Cycles(in LevelSums sums, int pixels)
    {
        double tiles = Tiles.Round(pixels, TilePixels) / TilePixels * (Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs);
        return (tiles * ((8.0 * sums.Rows * Layout(sums).Groups) + 60)) + (pixels * (sums.Terms / 16.0));
    }

    public override long PackedBytes(in LevelSums sums) =>
        Masks(sums) + ((long)Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs * sums.Rows * Layout(sums).Groups * sizeof(V));

    public override void Pack(in LevelSums sums, ReadOnlySpan<short> weights, byte* packed)
    {
        new Span<byte>(packed, checked((int)PackedBytes(sums))).Clear();
        var layout = Layout(sums);
        var stride = Tiles.Round(sums.Run, 16);
        var indices = packed + Masks(sums);
        var levels = sums.Weights;
        for (var o = 0; o < sums.Outputs; o++)
        {
            for (var r = 0; r < sums.Rows; r++)
            {
                for (var k = 0; k < sums.Run; k++)
                {
                    var (number, rest) = Math.DivRem(weights[(o * sums.Terms) + (r * sums.Run) + k] - levels.Offset, levels.Multiplier);
                    // Only a place that is no weight is none of its levels.
                    if (rest != 0 || number < 0 || number >> levels.Bits != 0)
                        continue;
                    packed[(r * stride) + k] = 255;
                    var (group, bit) = layout.Place(k);
                    var at = indices + ((((((long)(o / TileOutputs) * sums.Rows) + r) * layout.Groups) + group) * sizeof(V)) + (o % TileOutputs * Planes);
                    at[0] |= (byte)((number & 1) << bit);
                    at[1] |= (byte)((number >> 1) << bit);
                }
            }
        }
    }

    public override long PreparedBytes(in LevelSums sums, long inputBytes) =>
        inputBytes / sums.Step * Layout(sums).Tables * TTable.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Prepare(in LevelSums sums, byte* input, long inputBytes, byte* prepared)
    {
        var layout = Layout(sums);
        var steps = inputBytes / sums.Step;
        for (long s = 0; s < steps; s++, input += sums.Step)
        {
            for (var t = 0; t < layout.Tables; t++, prepared += TTable.Bytes)
                TTable.Build(input + (t * TTable.Levels), prepared);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int rowStride, int* offsets, int pixels, int* output, int outputStride)
    {
        var layout = Layout(sums);
        var (rows, groups, outputs, scale) = (sums.Rows, layout.Groups, sums.Outputs, layout.Tables * TTable.Bytes);
        var most = Rows(sums);
        var tableStride = (nint)layout.Stride * TTable.Bytes;
        var tableRows = (nint)(rowStride / sums.Step) * scale;
        var tile = stackalloc byte[TilePixels * sizeof(V)];
        var windows = stackalloc nint[TilePixels];
        var constants = stackalloc int[TilePixels];
        for (var p = 0; p < pixels; p += TilePixels)
        {
            var count = Math.Min(pixels - p, TilePixels);
            for (var i = 0; i < TilePixels; i++)
            {
                // Pixels beyond the last repeat it; what they compute is not stored.
                var at = offsets[p + Math.Min(i, count - 1)];
                windows[i] = (nint)(at / sums.Step) * scale;
                constants[i] = i < count ? sums.Weights.Offset * Total(input + at, rowStride, packed, rows, sums.Run) : 0;
            }
            var weight = packed + Masks(sums);
            for (var o = 0; o < outputs; o += TileOutputs)
            {
                for (var r = 0; r < rows; r += most)
                {
                    var height = Math.Min(most, rows - r);
                    Tile(weight, prepared + (r * tableRows), windows, height, groups, tableStride, tableRows, tile);
                    weight += (nint)height * groups * sizeof(V);
                    var part = Math.Min(TileOutputs, outputs - o);
                    for (var i = 0; i < count; i++)
                    {
                        var to = output + ((long)(p + i) * outputStride) + o;
                        if (r == 0)
                            new Span<int>(to, part).Fill(constants[i]);
                        Add((ushort*)(tile + (i * sizeof(V))), part, sums.Weights.Multiplier, to);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(ushort* sums, int outputs, int multiplier, int* output)
    {
        var i = 0;
        for (; i <= outputs - 8; i += 8)
        {
            var (lower, upper) = Vector128.Widen(Vector128.Load(sums + i));
            (Vector128.Load(output + i) + (lower.AsInt32() * multiplier)).Store(output + i);
            (Vector128.Load(output + i + 4) + (upper.AsInt32() * multiplier)).Store(output + i + 4);
        }
        for (; i < outputs; i++)
            output[i] += multiplier * sums[i];
    }

    // A method of its own, so that eight sums stay in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(byte* weight, byte* tables, nint* windows, int rows, int groups, nint tableStride, nint tableRows, byte* tile)
    {
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        byte* p0 = tables + windows[0], p1 = tables + windows[1], p2 = tables + windows[2], p3 = tables + windows[3];
        byte* p4 = tables + windows[4], p5 = tables + windows[5], p6 = tables + windows[6], p7 = tables + windows[7];
        var planes = 0x0201_0201;
        var weights = TVector.Broadcast(&planes);
        var end = (nint)groups * tableStride;
        for (var r = 0; r < rows; r++)
        {
            nint k = 0;
            for (; k < end - tableStride; k += 2 * tableStride, weight += 2 * sizeof(V))
            {
                var i0 = TVector.Load(weight);
                var i1 = TVector.Load(weight + sizeof(V));
                a0 = TVector.Add16(a0, TVector.MultiplyAdd8(Pair(p0 + k, tableStride, i0, i1), weights));
                a1 = TVector.Add16(a1, TVector.MultiplyAdd8(Pair(p1 + k, tableStride, i0, i1), weights));
                a2 = TVector.Add16(a2, TVector.MultiplyAdd8(Pair(p2 + k, tableStride, i0, i1), weights));
                a3 = TVector.Add16(a3, TVector.MultiplyAdd8(Pair(p3 + k, tableStride, i0, i1), weights));
                a4 = TVector.Add16(a4, TVector.MultiplyAdd8(Pair(p4 + k, tableStride, i0, i1), weights));
                a5 = TVector.Add16(a5, TVector.MultiplyAdd8(Pair(p5 + k, tableStride, i0, i1), weights));
                a6 = TVector.Add16(a6, TVector.MultiplyAdd8(Pair(p6 + k, tableStride, i0, i1), weights));
                a7 = TVector.Add16(a7, TVector.MultiplyAdd8(Pair(p7 + k, tableStride, i0, i1), weights));
            }
            if (k < end)
            {
                var i0 = TVector.Load(weight);
                weight += sizeof(V);
                a0 = TVector.Add16(a0, TVector.MultiplyAdd8(TTable.Look(p0 + k, i0), weights));
                a1 = TVector.Add16(a1, TVector.MultiplyAdd8(TTable.Look(p1 + k, i0), weights));
                a2 = TVector.Add16(a2, TVector.MultiplyAdd8(TTable.Look(p2 + k, i0), weights));
                a3 = TVector.Add16(a3, TVector.MultiplyAdd8(TTable.Look(p3 + k, i0), weights));
                a4 = TVector.Add16(a4, TVector.MultiplyAdd8(TTable.Look(p4 + k, i0), weights));
                a5 = TVector.Add16(a5, TVector.MultiplyAdd8(TTable.Look(p5 + k, i0), weights));
                a6 = TVector.Add16(a6, TVector.MultiplyAdd8(TTable.Look(p6 + k, i0), weights));
                a7 = TVector.Add16(a7, TVector.MultiplyAdd8(TTable.Look(p7 + k, i0), weights));
            }
            p0 += tableRows;
            p1 += tableRows;
            p2 += tableRows;
            p3 += tableRows;
            p4 += tableRows;
            p5 += tableRows;
            p6 += tableRows;
            p7 += tableRows;
        }
        TVector.Store(a0, tile);
        TVector.Store(a1, tile + sizeof(V));
        TVector.Store(a2, tile + (2 * sizeof(V)));
        TVector.Store(a3, tile + (3 * sizeof(V)));
        TVector.Store(a4, tile + (4 * sizeof(V)));
        TVector.Store(a5, tile + (5 * sizeof(V)));
        TVector.Store(a6, tile + (6 * sizeof(V)));
        TVector.Store(a7, tile + (7 * sizeof(V)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Pair(byte* table, nint stride, V first, V second) => TVector.Add8(TTable.Look(table, first), TTable.Look(table + stride, second));

    // Sum of a window's levels, sixteen at a time; what is no weight is masked.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Total(byte* window, int rowStride, byte* masks, int rows, int run)
    {
        var total = Vector128<ushort>.Zero;
        for (var r = 0; r < rows; r++, window += rowStride)
        {
            for (var k = 0; k < run; k += 16, masks += 16)
            {
                var levels = (Vector128.Load(window + k) & Vector128.Load(masks)).AsUInt16();
                total += (levels & Vector128.Create((ushort)255)) + (levels >>> 8);
            }
        }
        return (int)Vector128.Sum(Vector128.WidenLower(total) + Vector128.WidenUpper(total));
    }

    // Rows of a window whose weighted sums are sure to fit into 16 bits.
    private static int Rows(in LevelSums sums) => ushort.MaxValue / (((1 << Planes) - 1) * sums.Highest) / sums.Run;

    private static int Masks(in LevelSums sums) => Tiles.Round(sums.Rows * Tiles.Round(sums.Run, 16), 64);

    private static TableLayout Layout(in LevelSums sums) => TableLayout.Of(sums, TTable.Levels);
}
