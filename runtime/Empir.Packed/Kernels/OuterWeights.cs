using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// The few weights of a two-bit layer that are at its outer levels. DoReFa divides by the largest weight, so that nearly all weights
/// are at the inner two levels: one bit says which, a kernel for one bit takes them, and the rest is added here. With m = 1 + b + e, b
/// of one bit and e of -1, 0 or 1: Σ (multiplier·m + offset)·level = Σ (multiplier·b + offset + multiplier)·level + multiplier·Σ e·level.
/// Of 64 bytes of a run each output takes up to two levels, by one shuffle and one multiply-add; more of them are further such vectors.
/// Outputs of many outer weights share vectors, so that few are half empty: the sums are brought into the outputs' order at the end.
/// </summary>
internal sealed unsafe class OuterWeights
{
    private const int Pixels = 8;

    // Outputs of a vector, and levels that it takes for each.
    private const int Outputs = 32, Levels = 2;

    // Bytes of a run that a shuffle chooses from.
    private const int Block = 64;

    // Cycles of a vector for a tile's pixels; measured on a Zen 4 core and scaled to the kernels' figures.
    private const double VectorCycles = 7;

    private readonly LevelSums sums;

    // Which vectors are of which 32 outputs: those before each part.
    private readonly int[] begins;

    // Where each vector's 64 bytes are: the row, and the place in its run.
    private readonly (int Row, int Place)[] blocks;

    // For every 32 outputs and pair of parts: of which of 64 sums each output's is, and all bits where it is one of them.
    private readonly ushort[] sources;

    /// <param name="sums">What is computed, of weights of two bits.</param>
    /// <param name="numbers">The weights' numbers, [outputs, rows, run], without the places of a run that are no weights.</param>
    public OuterWeights(in LevelSums sums, ReadOnlySpan<byte> numbers)
    {
        this.sums = sums;
        var perRow = (sums.Run + Block - 1) / Block;
        var perOutput = sums.Rows * perRow;
        var outer = Outer(numbers, perRow);
        var counts = new int[sums.Outputs * perOutput];
        var totals = new int[sums.Outputs];
        foreach (var (output, block, _, _) in outer)
        {
            counts[(output * perOutput) + block]++;
            totals[output]++;
        }
        int[] order = [.. Enumerable.Range(0, sums.Outputs).Where(o => totals[o] > 0).OrderByDescending(o => totals[o])];
        var parts = (order.Length + Outputs - 1) / Outputs;
        List<(int Row, int Place)> vectors = [];
        begins = new int[parts + 1];
        // The first vector of each block.
        var firsts = new int[parts * perOutput];
        for (var part = 0; part < parts; part++)
        {
            var own = order.AsSpan((part * Outputs)..Math.Min((part + 1) * Outputs, order.Length));
            for (var block = 0; block < perOutput; block++)
            {
                var most = 0;
                foreach (var o in own)
                    most = Math.Max(most, counts[(o * perOutput) + block]);
                firsts[(part * perOutput) + block] = vectors.Count;
                vectors.AddRange(Enumerable.Repeat((block / perRow, block % perRow * Block), (most + Levels - 1) / Levels));
            }
            begins[part + 1] = vectors.Count;
        }
        blocks = [.. vectors];
        var lanes = new int[sums.Outputs];
        foreach (var (lane, output) in order.Index())
            lanes[output] = lane;
        Memory = new((long)blocks.Length * 2 * Block);
        Array.Clear(counts);
        foreach (var (output, block, place, sign) in outer)
        {
            var (part, lane) = Math.DivRem(lanes[output], Outputs);
            var slot = counts[(output * perOutput) + block]++;
            var vector = Memory.Memory + ((long)(firsts[(part * perOutput) + block] + (slot / Levels)) * 2 * Block);
            lane = (lane * Levels) + (slot % Levels);
            (vector[lane], vector[Block + lane]) = ((byte)place, (byte)sign);
        }
        var pairs = (parts + 1) / 2;
        sources = new ushort[Tiles.Round(sums.Outputs, Outputs) * pairs * 2];
        for (var o = 0; o < sums.Outputs; o++)
        {
            if (totals[o] == 0)
                continue;
            var (pair, lane) = Math.DivRem(lanes[o], 2 * Outputs);
            var at = (((o / Outputs * pairs) + pair) * 2 * Outputs) + (o % Outputs);
            (sources[at], sources[at + Outputs]) = ((ushort)lane, ushort.MaxValue);
        }
    }

    /// <summary>As a kernel's: types, tile, instructions.</summary>
    public static string Name => $"u8-s8-s16-outer-{Pixels}x{Outputs}c{Levels}-avx512vbmi-vpermb";

    public static bool IsSupported => Avx512Vbmi.IsSupported;

    /// <summary>Which levels each output takes, and with which sign: 128 bytes a vector.</summary>
    public AlignedMemory Memory { get; }

    /// <summary>Estimated cycles, see <see cref="LevelKernel.Cycles" />; infinite where sums may not fit into 16 bits.</summary>
    public double Cycles(int pixels) =>
        Enumerable.Range(1, begins.Length - 1).Any(part => (begins[part] - begins[part - 1]) * Levels * sums.Highest > short.MaxValue)
            ? double.PositiveInfinity
            : (double)Tiles.Round(pixels, Pixels) / Pixels * ((VectorCycles * blocks.Length) + (10 * (begins.Length - 1))) + (pixels * sources.Length / 16.0);

    /// <summary>What is left for a kernel to compute: bit b of each number m, m >> 1.</summary>
    public static LevelSums Inner(in LevelSums sums) => sums with { Weights = new(1, sums.Weights.Multiplier, sums.Weights.Offset + sums.Weights.Multiplier) };

    /// <summary>Numbers m to bits b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToBits(Span<byte> numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] >>= 1;
    }

    /// <summary>Adds multiplier·Σ e·level to the sums of several pixels.</summary>
    /// <inheritdoc cref="LevelKernel.Run" />
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(byte* input, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        var places = stackalloc int[blocks.Length];
        for (var b = 0; b < blocks.Length; b++)
            places[b] = rows[blocks[b].Row] + blocks[b].Place;
        var parts = begins.Length - 1;
        // A part more, which may be half of the last pair.
        var stride = Tiles.Round(parts, 2) * Outputs;
        var tile = stackalloc short[Pixels * stride];
        for (var p = 0; p < pixels; p += Pixels, output += Pixels * (nint)outputStride)
        {
            var count = Math.Min(pixels - p, Pixels);
            for (var part = 0; part < parts; part++)
                Sum(input, offsets + p, count, places + begins[part], Memory.Memory + ((long)begins[part] * 2 * Block), begins[part + 1] - begins[part], tile + (part * Outputs), stride);
            Finish(tile, stride, count, output, outputStride);
        }
    }

    // Sums of a part's outputs, in its own order; those of pixels beyond the last repeat it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(byte* input, int* offsets, int pixels, int* places, byte* vector, int count, short* tile, nint stride)
    {
        Vector512<short> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        var last = pixels - 1;
        byte* p0 = input + offsets[0], p1 = input + offsets[Math.Min(1, last)], p2 = input + offsets[Math.Min(2, last)], p3 = input + offsets[Math.Min(3, last)];
        byte* p4 = input + offsets[Math.Min(4, last)], p5 = input + offsets[Math.Min(5, last)], p6 = input + offsets[Math.Min(6, last)], p7 = input + offsets[Math.Min(7, last)];
        for (; count > 0; count--, places++, vector += 2 * Block)
        {
            nint k = *places;
            var (which, signs) = (Vector512.Load(vector), Vector512.Load((sbyte*)vector + Block));
            a0 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(Vector512.Load(p0 + k), which), signs);
            a1 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(Vector512.Load(p1 + k), which), signs);
            a2 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(Vector512.Load(p2 + k), which), signs);
            a3 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(Vector512.Load(p3 + k), which), signs);
            a4 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(Vector512.Load(p4 + k), which), signs);
            a5 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(Vector512.Load(p5 + k), which), signs);
            a6 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(Vector512.Load(p6 + k), which), signs);
            a7 += Avx512BW.MultiplyAddAdjacent(Avx512Vbmi.PermuteVar64x8(Vector512.Load(p7 + k), which), signs);
        }
        a0.Store(tile);
        a1.Store(tile + stride);
        a2.Store(tile + (2 * stride));
        a3.Store(tile + (3 * stride));
        a4.Store(tile + (4 * stride));
        a5.Store(tile + (5 * stride));
        a6.Store(tile + (6 * stride));
        a7.Store(tile + (7 * stride));
    }

    // In the outputs' order and times the multiplier, added to the sums of each pixel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(short* tile, nint stride, int pixels, int* output, nint outputStride)
    {
        var (pairs, multiplier, outputs) = ((int)stride / (2 * Outputs), sums.Weights.Multiplier, sums.Outputs);
        fixed (ushort* all = sources)
        {
            for (var p = 0; p < pixels; p++, tile += stride, output += outputStride)
            {
                var source = all;
                for (var o = 0; o < outputs; o += Outputs)
                {
                    var some = Vector512<short>.Zero;
                    for (var pair = 0; pair < pairs; pair++, source += 2 * Outputs)
                    {
                        var from = tile + (pair * 2 * Outputs);
                        some |= Avx512BW.PermuteVar32x16x2(Vector512.Load(from), Vector512.Load((short*)source), Vector512.Load(from + Outputs)) & Vector512.Load((short*)source + Outputs);
                    }
                    var (lower, upper) = Vector512.Widen(some);
                    (Vector512.Load(output + o) + (lower * multiplier)).Store(output + o);
                    (Vector512.Load(output + o + 16) + (upper * multiplier)).Store(output + o + 16);
                }
            }
        }
    }

    // Of every outer weight its output, its block of a run, its place there, and e.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private List<(int Output, int Block, int Place, int Sign)> Outer(ReadOnlySpan<byte> numbers, int perRow)
    {
        List<(int, int, int, int)> outer = [];
        var (at, run, step, used) = (0, sums.RunWeights, sums.Step, sums.Used);
        var terms = sums.Rows * run;
        while (true)
        {
            var next = numbers[at..].IndexOfAny<byte>(0, 3);
            if (next < 0)
                return outer;
            at += next;
            var (row, place) = Math.DivRem(at % terms, run);
            place = (place / used * step) + (place % used);
            outer.Add((at / terms, (row * perRow) + (place / Block), place % Block, numbers[at] == 0 ? -1 : 1));
            at++;
        }
    }
}
