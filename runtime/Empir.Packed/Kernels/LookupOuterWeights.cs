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
    private const int Pixels = 8;

    // Levels that a vector takes for each of its outputs.
    private const int Levels = 2;

    private readonly LevelSums sums;

    // Which vectors are of which part of the outputs: those before each part.
    private readonly int[] begins;

    // Where the bytes are that each vector's shuffle chooses from: the row, and the place in its run.
    private readonly (int Row, int Place)[] blocks;

    // The outputs that have outer weights, those of most first: a part's lie side by side.
    private readonly int[] order;

    // For each part's outputs in their own order and every two parts: which of their sums is whose, and all bits where one is.
    private readonly ushort[] sources;

    /// <param name="sums">What is computed, of weights of two bits.</param>
    /// <param name="numbers">The weights' numbers, [outputs, rows, run], without the places of a run that are no weights.</param>
    public LookupOuterWeights(in LevelSums sums, ReadOnlySpan<byte> numbers)
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
        order = [.. Enumerable.Range(0, sums.Outputs).Where(o => totals[o] > 0).OrderByDescending(o => totals[o])];
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
        Memory = new((long)blocks.Length * VectorBytes);
        Array.Clear(counts);
        foreach (var (output, block, place, sign) in outer)
        {
            var (part, lane) = Math.DivRem(lanes[output], Outputs);
            var slot = counts[(output * perOutput) + block]++;
            var vector = Vector(firsts[(part * perOutput) + block] + (slot / Levels));
            lane = (lane * Levels) + (slot % Levels);
            (vector[lane], vector[sizeof(V) + lane]) = ((byte)place, (byte)sign);
        }
        var pairs = (parts + 1) / 2;
        sources = new ushort[Tiles.Round(sums.Outputs, Outputs) * pairs * 2];
        foreach (var (place, output) in order.Index())
        {
            var (pair, lane) = Math.DivRem(place, 2 * Outputs);
            var at = (((output / Outputs * pairs) + pair) * 2 * Outputs) + (output % Outputs);
            (sources[at], sources[at + Outputs]) = ((ushort)lane, ushort.MaxValue);
        }
    }

    public override string Name => $"u8-s8-s16-outer-{Pixels}x{Outputs}c{Levels}-{TTable.Instructions}";

    public override AlignedMemory Memory { get; }

    // Outputs of a vector.
    private static int Outputs => sizeof(V) / Levels;

    // Bytes of a run that a shuffle chooses from.
    private static int Block => TTable.Bytes;

    // Which bytes, and with which signs.
    private static int VectorBytes => 2 * sizeof(V);

    public override double Cycles(int pixels) =>
        Enumerable.Range(1, begins.Length - 1).Any(part => (begins[part] - begins[part - 1]) * Levels * sums.Highest > short.MaxValue)
            ? double.PositiveInfinity
            : ((double)Tiles.Round(pixels, Pixels) / Pixels * ((TTable.OuterCycles * blocks.Length) + (10 * (begins.Length - 1)))) + (pixels * order.Length * 0.5);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(byte* input, int* rows, int* offsets, int pixels, int* output, int outputStride)
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
                Sum(input, offsets + p, count, places + begins[part], Vector(begins[part]), begins[part + 1] - begins[part], tile + (part * Outputs), stride);
            if (sizeof(V) == Vector512<byte>.Count && Avx512BW.IsSupported)
                Permute(tile, stride, count, output, outputStride);
            else
                Scatter(tile, stride, count, output, outputStride);
        }
    }

    // Sums of a part's outputs, in its own order; those of pixels beyond the last repeat it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(byte* input, int* offsets, int pixels, int* places, byte* vector, int count, short* tile, nint stride)
    {
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        var last = pixels - 1;
        byte* p0 = input + offsets[0], p1 = input + offsets[Math.Min(1, last)], p2 = input + offsets[Math.Min(2, last)], p3 = input + offsets[Math.Min(3, last)];
        byte* p4 = input + offsets[Math.Min(4, last)], p5 = input + offsets[Math.Min(5, last)], p6 = input + offsets[Math.Min(6, last)], p7 = input + offsets[Math.Min(7, last)];
        for (; count > 0; count--, places++, vector += VectorBytes)
        {
            nint k = *places;
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

    private byte* Vector(int vector) => Memory.Memory + ((long)vector * VectorBytes);

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
