using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// Of as many bytes of a run as a look-up's table has, each output takes up to two levels, by one shuffle and one multiply-add; more of
/// them are further such vectors. Outputs of many outer weights share vectors, so that few are half empty: the sums are brought into the
/// outputs' order at the end.
/// </summary>
internal sealed unsafe class LookupOuterWeights<TVector, TTable, V> : OuterWeights
    where TVector : struct, IByteVector<V> where TTable : struct, ILookupTable<V> where V : unmanaged
{
    /// <summary>The most outputs of a layer: a tile's sums of all of them are on the stack.</summary>
    public const int MostOutputs = 1024;

    private const int Pixels = 8;

    // Levels that a vector takes for each of its outputs.
    private const int Levels = 2;

    private readonly LevelSums sums;
    private readonly int count;

    // Which vectors are of which part of the outputs: those before each part.
    private int[] begins = [];

    // Where the bytes are that each vector's shuffle chooses from: the row, and the place in its run.
    private (int Row, int Place)[] blocks = [];

    // The outputs that have outer weights, those of most first: a part's lie side by side.
    private int[] order = [];

    // For every 32 outputs and two parts: which of the parts' sums is each output's, and all bits where one is. Only where permuted.
    private ushort[] sources = [];

    private byte* vectors;

    /// <param name="sums">What is computed, of weights of two bits.</param>
    /// <param name="count">How many of them are outer.</param>
    public LookupOuterWeights(in LevelSums sums, int count) => (this.sums, this.count) = (sums, count);

    public override string Name => $"u8-s8-s16-outer-{Pixels}x{Outputs}c{Levels}-{TTable.Instructions}";

    // Outputs of a vector.
    private static int Outputs => sizeof(V) / Levels;

    // Bytes of a run that a shuffle chooses from.
    private static int Block => TTable.Bytes;

    private static bool Permutes => sizeof(V) == Vector512<byte>.Count && Avx512BW.IsSupported;

    // Which bytes, and with which signs.
    private static int VectorBytes => 2 * sizeof(V);

    // In the trained layers of MNIST's and Fashion-MNIST's members 0.14 of the vectors' bytes are taken.
    public override double Cycles(int pixels) => (double)Tiles.Round(pixels, Pixels) / Pixels * TTable.OuterCycles * count / (0.14 * sizeof(V));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override AlignedMemory Pack(ReadOnlySpan<byte> numbers)
    {
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
        order = [.. Enumerable.Range(0, sums.Outputs).Where(o => totals[o] > 0).OrderByDescending(o => totals[o])];
        var parts = (order.Length + Outputs - 1) / Outputs;
        List<(int Row, int Place)> places = [];
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
                firsts[(part * perOutput) + block] = places.Count;
                places.AddRange(Enumerable.Repeat((block / perRow, block % perRow * Block), (most + Levels - 1) / Levels));
            }
            begins[part + 1] = places.Count;
        }
        blocks = [.. places];
        var lanes = new int[sums.Outputs];
        foreach (var (lane, output) in order.Index())
            lanes[output] = lane;
        var memory = new AlignedMemory((long)blocks.Length * VectorBytes);
        vectors = memory.Memory;
        Array.Clear(counts);
        foreach (var (output, block, place, sign) in outer)
        {
            var (part, lane) = Math.DivRem(lanes[output], Outputs);
            var slot = counts[(output * perOutput) + block]++;
            var vector = vectors + ((long)(firsts[(part * perOutput) + block] + (slot / Levels)) * VectorBytes);
            lane = (lane * Levels) + (slot % Levels);
            (vector[lane], vector[sizeof(V) + lane]) = ((byte)place, (byte)sign);
        }
        if (Permutes)
            sources = Sources(parts);
        return memory;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(byte* input, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        var parts = begins.Length - 1;
        // A part more, which may be half of the last pair.
        var stride = Tiles.Round(parts, 2) * Outputs;
        var tile = stackalloc short[Pixels * stride];
        // Of each part so many vectors as are sure to fit into 16 bits; more of them are added afterwards.
        var most = short.MaxValue / (Levels * sums.Highest);
        fixed ((int Row, int Place)* all = blocks)
        {
            for (var (from, more) = (0, parts > 0); more; from += most)
            {
                more = false;
                var to = output;
                for (var p = 0; p < pixels; p += Pixels, to += Pixels * (nint)outputStride)
                {
                    var some = Math.Min(pixels - p, Pixels);
                    for (var part = 0; part < parts; part++)
                    {
                        var first = Math.Min(begins[part] + from, begins[part + 1]);
                        var last = Math.Min(first + most, begins[part + 1]);
                        more |= last < begins[part + 1];
                        Sum(input, rows, offsets + p, some, all + first, vectors + ((long)first * VectorBytes), last - first, tile + (part * Outputs), stride);
                    }
                    if (Permutes)
                        Permute(tile, stride, some, to, outputStride);
                    else
                        Scatter(tile, stride, some, to, outputStride);
                }
            }
        }
    }

    // Sums of a part's outputs, in its own order; those of pixels beyond the last repeat it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(byte* input, int* rows, int* offsets, int pixels, (int Row, int Place)* blocks, byte* vector, int count, short* tile, nint stride)
    {
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        var last = pixels - 1;
        byte* p0 = input + offsets[0], p1 = input + offsets[Math.Min(1, last)], p2 = input + offsets[Math.Min(2, last)], p3 = input + offsets[Math.Min(3, last)];
        byte* p4 = input + offsets[Math.Min(4, last)], p5 = input + offsets[Math.Min(5, last)], p6 = input + offsets[Math.Min(6, last)], p7 = input + offsets[Math.Min(7, last)];
        for (; count > 0; count--, blocks++, vector += VectorBytes)
        {
            nint k = rows[blocks->Row] + blocks->Place;
            var (which, signs) = (TVector.Load(vector), TVector.Load(vector + sizeof(V)));
            a0 = TVector.Add16(a0, TVector.MultiplyAdd8(TTable.Look(p0 + k, which), signs));
            a1 = TVector.Add16(a1, TVector.MultiplyAdd8(TTable.Look(p1 + k, which), signs));
            a2 = TVector.Add16(a2, TVector.MultiplyAdd8(TTable.Look(p2 + k, which), signs));
            a3 = TVector.Add16(a3, TVector.MultiplyAdd8(TTable.Look(p3 + k, which), signs));
            a4 = TVector.Add16(a4, TVector.MultiplyAdd8(TTable.Look(p4 + k, which), signs));
            a5 = TVector.Add16(a5, TVector.MultiplyAdd8(TTable.Look(p5 + k, which), signs));
            a6 = TVector.Add16(a6, TVector.MultiplyAdd8(TTable.Look(p6 + k, which), signs));
            a7 = TVector.Add16(a7, TVector.MultiplyAdd8(TTable.Look(p7 + k, which), signs));
        }
        TVector.Store(a0, tile);
        TVector.Store(a1, tile + stride);
        TVector.Store(a2, tile + (2 * stride));
        TVector.Store(a3, tile + (3 * stride));
        TVector.Store(a4, tile + (4 * stride));
        TVector.Store(a5, tile + (5 * stride));
        TVector.Store(a6, tile + (6 * stride));
        TVector.Store(a7, tile + (7 * stride));
    }

    // Each sum times the multiplier, added to its output's.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scatter(short* tile, nint stride, int pixels, int* output, nint outputStride)
    {
        var (multiplier, count) = (sums.Weights.Multiplier, order.Length);
        fixed (int* outputs = order)
        {
            for (var p = 0; p < pixels; p++, tile += stride, output += outputStride)
            {
                for (var i = 0; i < count; i++)
                    output[outputs[i]] += tile[i] * multiplier;
            }
        }
    }

    // The same, 32 outputs at once: those that have no outer weights are added nothing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Permute(short* tile, nint stride, int pixels, int* output, nint outputStride)
    {
        const int Together = 32;
        var (pairs, multiplier, outputs) = ((int)stride / (2 * Together), sums.Weights.Multiplier, sums.Outputs);
        fixed (ushort* all = sources)
        {
            for (var p = 0; p < pixels; p++, tile += stride, output += outputStride)
            {
                var source = all;
                for (var o = 0; o < outputs; o += Together)
                {
                    var some = Vector512<short>.Zero;
                    for (var pair = 0; pair < pairs; pair++, source += 2 * Together)
                    {
                        var from = tile + (pair * 2 * Together);
                        some |= Avx512BW.PermuteVar32x16x2(Vector512.Load(from), Vector512.Load((short*)source), Vector512.Load(from + Together)) & Vector512.Load((short*)source + Together);
                    }
                    var (lower, upper) = Vector512.Widen(some);
                    (Vector512.Load(output + o) + (lower * multiplier)).Store(output + o);
                    (Vector512.Load(output + o + 16) + (upper * multiplier)).Store(output + o + 16);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ushort[] Sources(int parts)
    {
        var pairs = (parts + 1) / 2;
        var found = new ushort[Tiles.Round(sums.Outputs, Outputs) * pairs * 2];
        foreach (var (place, output) in order.Index())
        {
            var (pair, lane) = Math.DivRem(place, 2 * Outputs);
            var at = (((output / Outputs * pairs) + pair) * 2 * Outputs) + (output % Outputs);
            (found[at], found[at + Outputs]) = ((ushort)lane, ushort.MaxValue);
        }
        return found;
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
