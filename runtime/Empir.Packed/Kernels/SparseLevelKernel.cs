using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// Only the levels that are not 0, listed once in the order of the input, so that a window's rows are parts of the list: of each the
/// weights of all outputs are multiplied by it. A multiplication of 16 bits is one of two outputs' numbers, whose products fit into
/// a byte each. With m the weights' numbers, Σ weight·level = multiplier·Σ m·level + offset·Σ level.
/// </summary>
internal sealed unsafe class SparseLevelKernel : LevelKernel
{
    private const int VectorOutputs = ShortSums.Outputs;

    // Products of a byte that are sure to fit into it together.
    private const int Together = 5;

    // Sums of 16 bits that stay in the first-level cache beside the weights.
    private const int PartialBytes = 12 * 1024;

    private const int Header = 64;

    // Positions and values are written so many at once.
    private const int Lanes = 16;

    public override string Name => $"u8-u8-s32-conv-1x{2 * VectorOutputs}-avx512vbmi2-sparse";

    public override bool IsSupported => Avx512Vbmi2.IsSupported;

    public override bool CanRun(in LevelSums sums) =>
        sums.Highest * Number(sums) * Together <= byte.MaxValue && sums.Run % sums.Step == 0 && Rows(sums) > 0 && Stride(sums) <= PartialBytes / sizeof(ushort);

    public override double Cycles(in LevelSums sums, int pixels, long inputBytes) => Cycles(sums, pixels, inputBytes, 1);

    /// <summary>
    /// Estimated cycles where a share of the levels is not 0. Measured on a Zen 4 core and scaled to the others' by what
    /// <see cref="LookupLevelKernel{TVector, TTable, V}" /> takes there.
    /// </summary>
    public static double Cycles(in LevelSums sums, int pixels, long inputBytes, double share)
    {
        double products = (double)pixels * sums.Rows * (sums.Run / sums.Step) * sums.Used * share;
        var (vectors, runs) = (Stride(sums) / VectorOutputs, (double)pixels * sums.Rows);
        // What lies in the middle of an image is in more windows than the rest, and mostly less often 0.
        return (1.2 * products * vectors) + (34 * runs * ((vectors + 1) / 2)) + (inputBytes / sums.Step * (8 + (4 * ((sums.Used + 63) / 64))));
    }

    public override int PaddedOutputs(in LevelSums sums) => Stride(sums);

    public override long PackedBytes(in LevelSums sums) => (long)sums.Terms * Stride(sums);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed)
    {
        var stride = Stride(sums);
        var (used, skipped) = (sums.Used, (nint)(sums.Step - sums.Used) * stride);
        var to = packed + (output / VectorOutputs * VectorOutputs) + ShortSums.Lane(output);
        for (var first = 0; first < numbers.Length; first += used, to += skipped)
        {
            foreach (var number in numbers.Slice(first, used))
            {
                *to = number;
                to += stride;
            }
        }
    }

    public override long PreparedBytes(in LevelSums sums, long inputBytes) => PreparedBytes(sums, inputBytes, 1);

    /// <summary>Bytes of what is made of an input of which at most a share of the levels is not 0.</summary>
    public static long PreparedBytes(in LevelSums sums, long inputBytes, double share) => Layout(sums, inputBytes, share).Bytes;

    public override void Prepare(in LevelSums sums, byte* input, long inputBytes, byte* prepared) => Prepare(sums, input, inputBytes, prepared, 1);

    /// <summary>Lists the levels that are not 0.</summary>
    /// <param name="sums">What is computed.</param>
    /// <param name="input">The levels.</param>
    /// <param name="inputBytes">Their bytes.</param>
    /// <param name="prepared">The list.</param>
    /// <param name="share">Of the levels at most so many are not 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Prepare(in LevelSums sums, byte* input, long inputBytes, byte* prepared, double share)
    {
        var layout = Layout(sums, inputBytes, share);
        ((nint*)prepared)[0] = (nint)(prepared + layout.Running);
        ((nint*)prepared)[1] = (nint)(prepared + layout.Positions);
        ((nint*)prepared)[2] = (nint)(prepared + layout.Levels);
        var list = new List(prepared);
        RunningSums.Make(input, inputBytes / sums.Step, sums.Step, sums.Used, list.Running);
        var (count, steps, step, used) = (0, (int)(inputBytes / sums.Step), sums.Step, sums.Used);
        int* begins = list.Begins, positions = list.Positions;
        var levels = list.Levels;
        for (var s = 0; s < steps; s++, input += step)
        {
            begins[s] = count;
            for (var c = 0; c < used; c += Vector512<byte>.Count)
            {
                var found = Vector512.Load(input + c);
                var isThere = ~Vector512.Equals(found, Vector512<byte>.Zero) & Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)Math.Min(used - c, Vector512<byte>.Count)));
                count += Write(found, isThere, (s * step) + c, positions + count, levels + count);
            }
        }
        begins[steps] = count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        var list = new List(prepared);
        var (stride, step, run, most) = (Stride(sums), sums.Step, sums.Run, Rows(sums));
        var block = PartialBytes / sizeof(ushort) / stride;
        var partial = stackalloc byte[PartialBytes + 64];
        var sums16 = (ushort*)(((nint)partial + 63) & -64);
        var stepRows = stackalloc int[sums.Rows];
        var windows = stackalloc int[block];
        var constants = stackalloc int[block];
        for (var r = 0; r < sums.Rows; r++)
            stepRows[r] = rows[r] / step;
        for (var first = 0; first < pixels; first += block, output += (nint)block * outputStride)
        {
            var count = Math.Min(block, pixels - first);
            for (var p = 0; p < count; p++)
                windows[p] = constants[p] = offsets[first + p] / step;
            RunningSums.Totals(list.Running, constants, count, stepRows, sums.Rows, run / step, sums.Weights.Offset);
            for (var r = 0; r < sums.Rows; r++)
            {
                var (isFirst, isLast) = (r % most == 0, r % most == most - 1 || r == sums.Rows - 1);
                var weights = packed + ((nint)r * run * stride);
                var begins = list.Begins + stepRows[r];
                for (var v = 0; v < stride; v += 2 * VectorOutputs)
                {
                    for (var p = 0; p < count; p++)
                    {
                        var (begin, end) = (begins[windows[p]], begins[windows[p] + (run / step)]);
                        var from = weights + v - ((nint)(windows[p] + stepRows[r]) * step * stride);
                        var to = sums16 + ((nint)p * stride) + v;
                        if (v + VectorOutputs < stride)
                            Add<Yes>(from, stride, list.Positions + begin, list.Levels + begin, end - begin, to, isFirst);
                        else
                            Add<No>(from, stride, list.Positions + begin, list.Levels + begin, end - begin, to, isFirst);
                    }
                }
                if (isLast)
                    Finish(sums16, stride, count, sums.Weights.Multiplier, r < most ? constants : null, output, outputStride);
            }
        }
    }

    // Adds the products of some levels of 64 or 128 outputs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TWide>(byte* weights, nint stride, int* positions, uint* levels, int count, ushort* sums, bool isFirst) where TWide : struct, IFlag
    {
        // The sums of both bytes, as they are carried; those of the high bytes alone.
        Vector512<ushort> a = default, aHigh = default, b = default, bHigh = default;
        for (; count >= Together; count -= Together, positions += Together, levels += Together)
        {
            nint k0 = positions[0] * stride, k1 = positions[1] * stride, k2 = positions[2] * stride, k3 = positions[3] * stride, k4 = positions[4] * stride;
            var level = Vector512.Create(levels[0]).AsUInt16();
            var x = Products(weights + k0, level);
            var y = TWide.Is ? Products(weights + k0 + VectorOutputs, level) : default;
            level = Vector512.Create(levels[1]).AsUInt16();
            x += Products(weights + k1, level);
            y += TWide.Is ? Products(weights + k1 + VectorOutputs, level) : default;
            level = Vector512.Create(levels[2]).AsUInt16();
            x += Products(weights + k2, level);
            y += TWide.Is ? Products(weights + k2 + VectorOutputs, level) : default;
            level = Vector512.Create(levels[3]).AsUInt16();
            x += Products(weights + k3, level);
            y += TWide.Is ? Products(weights + k3 + VectorOutputs, level) : default;
            level = Vector512.Create(levels[4]).AsUInt16();
            x += Products(weights + k4, level);
            y += TWide.Is ? Products(weights + k4 + VectorOutputs, level) : default;
            (a, aHigh) = (a + x, aHigh + (x >> 8));
            if (TWide.Is)
                (b, bHigh) = (b + y, bHigh + (y >> 8));
        }
        if (count > 0)
        {
            Vector512<ushort> x = default, y = default;
            for (; count > 0; count--, positions++, levels++)
            {
                var (k, level) = (*positions * stride, Vector512.Create(*levels).AsUInt16());
                x += Products(weights + k, level);
                y += TWide.Is ? Products(weights + k + VectorOutputs, level) : default;
            }
            (a, aHigh) = (a + x, aHigh + (x >> 8));
            if (TWide.Is)
                (b, bHigh) = (b + y, bHigh + (y >> 8));
        }
        ShortSums.Store(a, aHigh, sums, isFirst);
        if (TWide.Is)
            ShortSums.Store(b, bHigh, sums + VectorOutputs, isFirst);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Products(byte* weights, Vector512<ushort> level) => Vector512.Load((ushort*)weights) * level;

    // The first rows' sums begin with the constants, those of the others are added to them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(ushort* sums, int stride, int pixels, int multiplier, int* constants, int* output, nint outputStride)
    {
        for (var p = 0; p < pixels; p++, sums += stride, output += outputStride)
        {
            for (var o = 0; o < stride; o += Lanes)
            {
                var sum = Vector512.Create(Vector256.WidenLower(Vector256.Load(sums + o)), Vector256.WidenUpper(Vector256.Load(sums + o))).AsInt32() * multiplier;
                (sum + (constants is null ? Vector512.Load(output + o) : Vector512.Create(constants[p]))).Store(output + o);
            }
        }
    }

    // Writes whole vectors: what is behind the last is written over.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Write(Vector512<byte> found, Vector512<byte> isThere, int position, int* positions, uint* levels)
    {
        var bits = isThere.ExtractMostSignificantBits();
        var count = BitOperations.PopCount(bits);
        if (!Avx512Vbmi2.IsSupported)
        {
            for (; bits != 0; bits &= bits - 1, positions++, levels++)
            {
                var place = BitOperations.TrailingZeroCount(bits);
                (*positions, *levels) = (position + place, found[place] * 0x0001_0001U);
            }
            return count;
        }
        var (places, values) = (Avx512Vbmi2.Compress(Vector512<byte>.Zero, isThere, Vector512<byte>.Indices), Avx512Vbmi2.Compress(Vector512<byte>.Zero, isThere, found));
        for (var k = 0; k < count; k += Lanes)
        {
            (Avx512F.ConvertToVector512Int32(places.GetLower().GetLower()) + Vector512.Create(position)).Store(positions + k);
            var twice = Avx512F.ConvertToVector512UInt32(values.GetLower().GetLower());
            (twice | (twice << 16)).Store(levels + k);
            (places, values) = (Next(places), Next(values));
        }
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Next(Vector512<byte> bytes) => Avx512F.AlignRight64(bytes.AsUInt64(), bytes.AsUInt64(), Lanes / sizeof(ulong)).AsByte();

    private static int Number(in LevelSums sums) => (1 << sums.Weights.Bits) - 1;

    // Bytes of a level's weights.
    private static int Stride(in LevelSums sums) => Tiles.Round(sums.Outputs, VectorOutputs);

    // Rows of a window whose sums are sure to fit into 16 bits.
    private static int Rows(in LevelSums sums) => ushort.MaxValue / (sums.Highest * Number(sums)) / sums.Run;

    // Where the parts of a list begin, in bytes, each at a multiple of 64; how many there are.
    private static (long Running, long Positions, long Levels, long Bytes) Layout(in LevelSums sums, long inputBytes, double share)
    {
        var steps = inputBytes / sums.Step;
        var each = Tiles.Round64((steps + 1) * sizeof(int));
        var most = Tiles.Round64(((long)Math.Ceiling(steps * sums.Used * share) + Lanes) * sizeof(int));
        return (Header + each, Header + (2 * each), Header + (2 * each) + most, Header + (2 * each) + (2 * most));
    }

    /// <summary>The levels that are not 0, as <see cref="Prepare(in LevelSums, byte*, long, byte*, double)" /> leaves them.</summary>
    private readonly struct List(byte* memory)
    {
        /// <summary>How many there are before each step.</summary>
        public int* Begins { get; } = (int*)(memory + Header);

        /// <summary>See <see cref="RunningSums" />.</summary>
        public int* Running { get; } = (int*)((nint*)memory)[0];

        /// <summary>Where in the input each is.</summary>
        public int* Positions { get; } = (int*)((nint*)memory)[1];

        /// <summary>Each of them, in both halves of 32 bits.</summary>
        public uint* Levels { get; } = (uint*)((nint*)memory)[2];
    }
}
