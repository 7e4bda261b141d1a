using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>What the multiply-add kernels share: tiles of 6 pixels x 2 vectors of outputs, an output's neighbouring terms in 32 bits.</summary>
internal static unsafe class MultiplyAddTile
{
    public const int Pixels = 6;

    /// <summary>Where the windows of a tile begin, in bytes; pixels beyond the last repeat it, and what they compute is not stored.</summary>
    public static void Windows(int* offsets, int pixels, int elementSize, nint* windows)
    {
        for (var i = 0; i < Pixels; i++)
            windows[i] = (nint)offsets[Math.Min(i, pixels - 1)] * elementSize;
    }

    /// <summary>[outputs, rows, run] to [outputs / tile][rows][run / terms][tile][terms], zeros where nothing is.</summary>
    public static void Pack<T>(in LevelSums sums, ReadOnlySpan<short> weights, int tileOutputs, int terms, T* packed, Func<short, T> convert) where T : unmanaged
    {
        var groups = Tiles.Round(sums.Run, terms) / terms;
        var size = (long)Tiles.Round(sums.Outputs, tileOutputs) * sums.Rows * groups * terms;
        new Span<T>(packed, checked((int)size)).Clear();
        for (var o = 0; o < sums.Outputs; o++)
        {
            for (var r = 0; r < sums.Rows; r++)
            {
                for (var k = 0; k < sums.Run; k++)
                {
                    var block = ((long)(o / tileOutputs) * sums.Rows) + r;
                    packed[(((((block * groups) + (k / terms)) * tileOutputs) + (o % tileOutputs)) * terms) + (k % terms)] = convert(weights[(o * sums.Terms) + (r * sums.Run) + k]);
                }
            }
        }
    }
}

/// <summary>acc + products of the neighbouring terms in each 32 bits.</summary>
internal interface IProducts<V> where V : unmanaged
{
    static abstract V Add(V sums, V levels, V weights);
}

/// <summary>Four unsigned bytes with four signed ones, two sums of 16 bits.</summary>
internal readonly struct ByteProducts<TVector, V> : IProducts<V> where TVector : struct, IByteVector<V> where V : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add(V sums, V levels, V weights) => TVector.Add16(sums, TVector.MultiplyAdd8(levels, weights));
}

/// <summary>Two 16 bits with two of them, one sum of 32 bits.</summary>
internal readonly struct ShortProducts<TVector, V> : IProducts<V> where TVector : struct, IByteVector<V> where V : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add(V sums, V levels, V weights) => TVector.Add32(sums, TVector.MultiplyAdd16(levels, weights));
}

/// <summary>The inner loops; a method of its own, so that twelve sums stay in registers.</summary>
internal static unsafe class MultiplyAddTile<TVector, V, TProducts>
    where TVector : struct, IByteVector<V> where V : unmanaged where TProducts : struct, IProducts<V>
{
    /// <summary>Sums of six windows' parts of so many rows x run bytes, as [6][2] vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(byte* weight, byte* input, nint* windows, int rows, nint run, nint rowStride, byte* tile)
    {
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        V b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        byte* p0 = input + windows[0], p1 = input + windows[1], p2 = input + windows[2];
        byte* p3 = input + windows[3], p4 = input + windows[4], p5 = input + windows[5];
        for (var r = 0; r < rows; r++)
        {
            for (nint k = 0; k < run; k += sizeof(int), weight += 2 * sizeof(V))
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
            p0 += rowStride;
            p1 += rowStride;
            p2 += rowStride;
            p3 += rowStride;
            p4 += rowStride;
            p5 += rowStride;
        }
        TVector.Store(a0, tile);
        TVector.Store(b0, tile + sizeof(V));
        TVector.Store(a1, tile + (2 * sizeof(V)));
        TVector.Store(b1, tile + (3 * sizeof(V)));
        TVector.Store(a2, tile + (4 * sizeof(V)));
        TVector.Store(b2, tile + (5 * sizeof(V)));
        TVector.Store(a3, tile + (6 * sizeof(V)));
        TVector.Store(b3, tile + (7 * sizeof(V)));
        TVector.Store(a4, tile + (8 * sizeof(V)));
        TVector.Store(b4, tile + (9 * sizeof(V)));
        TVector.Store(a5, tile + (10 * sizeof(V)));
        TVector.Store(b5, tile + (11 * sizeof(V)));
    }
}
