using System.Numerics;
using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>What the multiply-add kernels share: tiles of 6 pixels x 2 vectors of outputs, an output's neighbouring terms in 32 bits.</summary>
internal static unsafe class MultiplyAddTile
{
    public const int Pixels = 6;

    /// <summary>Cycles of a step of 32 bits: six pixels times two vectors of weights.</summary>
    public const double StepCycles = 6.85;

    /// <summary>[outputs, rows, run] to [outputs / tile][rows][run / terms][tile][terms], an output at a time; zeros where nothing is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<T>(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, int tileOutputs, T* packed) where T : unmanaged, INumberBase<T>
    {
        var terms = sizeof(int) / sizeof(T);
        var groups = Tiles.Round(sums.Run, terms) / terms;
        var (levels, run, step, used, next) = (sums.Weights, sums.Run, sums.Step, sums.Used, 0);
        for (var r = 0; r < sums.Rows; r++)
        {
            var row = packed + (((((long)(output / tileOutputs) * sums.Rows) + r) * groups * tileOutputs) + (output % tileOutputs)) * terms;
            for (var first = 0; first < run; first += step)
            {
                for (var k = first; k < Math.Min(first + used, run); k++)
                    row[((k / terms) * tileOutputs * terms) + (k % terms)] = T.CreateTruncating(levels.Integer(numbers[next++]));
            }
        }
    }
}

/// <summary>acc + products of the neighbouring terms in each 32 bits.</summary>
internal interface IProducts<V> where V : unmanaged
{
    static abstract V Add(V sums, V levels, V weights);

    /// <summary>The sums as 32 bits.</summary>
    static abstract V Total(V sums);
}

/// <summary>Four unsigned bytes with four signed ones, two sums of 16 bits.</summary>
internal readonly unsafe struct ByteProducts<TVector, V> : IProducts<V> where TVector : struct, IByteVector<V> where V : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add(V sums, V levels, V weights) => TVector.Add16(sums, TVector.MultiplyAdd8(levels, weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Total(V sums)
    {
        var one = 0x0001_0001;
        return TVector.MultiplyAdd16(sums, TVector.Broadcast(&one));
    }
}

/// <summary>Two 16 bits with two of them, one sum of 32 bits.</summary>
internal readonly struct ShortProducts<TVector, V> : IProducts<V> where TVector : struct, IByteVector<V> where V : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add(V sums, V levels, V weights) => TVector.Add32(sums, TVector.MultiplyAdd16(levels, weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Total(V sums) => sums;
}

/// <summary>The inner loops; a method of its own, so that twelve sums stay in registers.</summary>
internal static unsafe class MultiplyAddTile<TVector, V, TProducts>
    where TVector : struct, IByteVector<V> where V : unmanaged where TProducts : struct, IProducts<V>
{
    /// <summary>Sums of six windows' parts of so many rows x run terms, written or added; of the windows beyond the last, nobody reads them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        byte* weight, byte* input, int* offsets, int pixels, int elementSize, int* rows, int count, int run, int* output, nint outputStride, bool adds)
    {
        var last = pixels - 1;
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        V b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        byte* p0 = input + ((nint)offsets[0] * elementSize), p1 = input + ((nint)offsets[Math.Min(1, last)] * elementSize), p2 = input + ((nint)offsets[Math.Min(2, last)] * elementSize);
        byte* p3 = input + ((nint)offsets[Math.Min(3, last)] * elementSize), p4 = input + ((nint)offsets[Math.Min(4, last)] * elementSize), p5 = input + ((nint)offsets[Math.Min(5, last)] * elementSize);
        for (var r = 0; r < count; r++)
        {
            var k = (nint)rows[r] * elementSize;
            var end = k + ((nint)run * elementSize);
            for (; k < end; k += sizeof(int), weight += 2 * sizeof(V))
            {
                var w0 = TVector.Load(weight);
                var w1 = TVector.Load(weight + sizeof(V));
                var v = TVector.Broadcast(p0 + k);
                a0 = TProducts.Add(a0, v, w0);
                b0 = TProducts.Add(b0, v, w1);
                v = TVector.Broadcast(p1 + k);
                a1 = TProducts.Add(a1, v, w0);
                b1 = TProducts.Add(b1, v, w1);
                v = TVector.Broadcast(p2 + k);
                a2 = TProducts.Add(a2, v, w0);
                b2 = TProducts.Add(b2, v, w1);
                v = TVector.Broadcast(p3 + k);
                a3 = TProducts.Add(a3, v, w0);
                b3 = TProducts.Add(b3, v, w1);
                v = TVector.Broadcast(p4 + k);
                a4 = TProducts.Add(a4, v, w0);
                b4 = TProducts.Add(b4, v, w1);
                v = TVector.Broadcast(p5 + k);
                a5 = TProducts.Add(a5, v, w0);
                b5 = TProducts.Add(b5, v, w1);
            }
        }
        Store(a0, b0, output, adds);
        Store(a1, b1, output + outputStride, adds);
        Store(a2, b2, output + (2 * outputStride), adds);
        Store(a3, b3, output + (3 * outputStride), adds);
        Store(a4, b4, output + (4 * outputStride), adds);
        Store(a5, b5, output + (5 * outputStride), adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V first, V second, int* output, bool adds)
    {
        var (a, b) = (TProducts.Total(first), TProducts.Total(second));
        if (adds)
            (a, b) = (TVector.Add32(a, TVector.Load(output)), TVector.Add32(b, TVector.Load((byte*)output + sizeof(V))));
        TVector.Store(a, output);
        TVector.Store(b, (byte*)output + sizeof(V));
    }
}
