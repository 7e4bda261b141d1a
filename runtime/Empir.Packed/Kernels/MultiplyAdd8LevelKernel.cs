using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>
/// Four levels of a pixel against four signed bytes of every output: products are summed up in 16 bits as long as they are sure
/// to fit, then in 32.
/// </summary>
internal sealed unsafe class MultiplyAdd8LevelKernel<TVector, V> : LevelKernel where TVector : struct, IByteVector<V> where V : unmanaged
{
    private const int Terms4 = 4;

    private static int Lanes => sizeof(V) / sizeof(int);

    private static int TileOutputs => 2 * Lanes;

    public override string Name => $"u8-s8-s32-conv-{MultiplyAddTile.Pixels}x{TileOutputs}c4-{TVector.Instructions}-maddubs";

    public override bool IsSupported => TVector.IsSupported;

    public override bool CanRun(in LevelSums sums) => sums.Weights.Magnitude <= 127 && Steps(sums) > 0;

    public override double Cycles(in LevelSums sums, int pixels)
    {
        double tiles = Tiles.Round(pixels, MultiplyAddTile.Pixels) / MultiplyAddTile.Pixels * (Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs);
        var steps = sums.Rows * (Tiles.Round(sums.Run, Terms4) / Terms4);
        return tiles * ((7.5 * steps) + (30.0 * ((steps / Steps(sums)) + 1)));
    }

    public override long PackedBytes(in LevelSums sums) => (long)Tiles.Round(sums.Outputs, TileOutputs) * sums.Rows * Tiles.Round(sums.Run, Terms4);

    public override void Pack(in LevelSums sums, ReadOnlySpan<short> weights, byte* packed) =>
        MultiplyAddTile.Pack(sums, weights, TileOutputs, Terms4, (sbyte*)packed, weight => checked((sbyte)weight));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int rowStride, int* offsets, int pixels, int* output, int outputStride)
    {
        var (rows, run, outputs, most) = (sums.Rows, sums.Run, sums.Outputs, Steps(sums));
        var size = sizeof(V);
        var narrow = stackalloc byte[MultiplyAddTile.Pixels * 2 * size];
        var tile = stackalloc byte[MultiplyAddTile.Pixels * 2 * size];
        for (var p = 0; p < pixels; p += MultiplyAddTile.Pixels)
        {
            var last = Math.Min(pixels - p, MultiplyAddTile.Pixels) - 1;
            // Pixels beyond the last repeat it; what they compute is not stored.
            nint o0 = offsets[p], o1 = offsets[p + Math.Min(1, last)], o2 = offsets[p + Math.Min(2, last)];
            nint o3 = offsets[p + Math.Min(3, last)], o4 = offsets[p + Math.Min(4, last)], o5 = offsets[p + Math.Min(5, last)];
            var weight = packed;
            for (var o = 0; o < outputs; o += TileOutputs)
            {
                V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
                V b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
                new Span<byte>(tile, MultiplyAddTile.Pixels * 2 * size).Clear();
                var left = most;
                var row = input;
                for (var r = 0; r < rows; r++, row += rowStride)
                {
                    for (nint k = 0; k < run;)
                    {
                        var end = (nint)Math.Min(run, k + ((long)left * Terms4));
                        left -= (int)((end - k + Terms4 - 1) / Terms4);
                        for (; k < end; k += Terms4, weight += 2 * size)
                        {
                            var (w0, w1) = (TVector.Load(weight), TVector.Load(weight + size));
                            var v = TVector.Broadcast(row + o0 + k);
                            (a0, b0) = (TVector.Add16(a0, TVector.MultiplyAdd8(v, w0)), TVector.Add16(b0, TVector.MultiplyAdd8(v, w1)));
                            v = TVector.Broadcast(row + o1 + k);
                            (a1, b1) = (TVector.Add16(a1, TVector.MultiplyAdd8(v, w0)), TVector.Add16(b1, TVector.MultiplyAdd8(v, w1)));
                            v = TVector.Broadcast(row + o2 + k);
                            (a2, b2) = (TVector.Add16(a2, TVector.MultiplyAdd8(v, w0)), TVector.Add16(b2, TVector.MultiplyAdd8(v, w1)));
                            v = TVector.Broadcast(row + o3 + k);
                            (a3, b3) = (TVector.Add16(a3, TVector.MultiplyAdd8(v, w0)), TVector.Add16(b3, TVector.MultiplyAdd8(v, w1)));
                            v = TVector.Broadcast(row + o4 + k);
                            (a4, b4) = (TVector.Add16(a4, TVector.MultiplyAdd8(v, w0)), TVector.Add16(b4, TVector.MultiplyAdd8(v, w1)));
                            v = TVector.Broadcast(row + o5 + k);
                            (a5, b5) = (TVector.Add16(a5, TVector.MultiplyAdd8(v, w0)), TVector.Add16(b5, TVector.MultiplyAdd8(v, w1)));
                        }
                        if (left > 0 && (r < rows - 1 || k < run))
                            continue;
                        TVector.Store(a0, narrow);
                        TVector.Store(b0, narrow + size);
                        TVector.Store(a1, narrow + (2 * size));
                        TVector.Store(b1, narrow + (3 * size));
                        TVector.Store(a2, narrow + (4 * size));
                        TVector.Store(b2, narrow + (5 * size));
                        TVector.Store(a3, narrow + (6 * size));
                        TVector.Store(b3, narrow + (7 * size));
                        TVector.Store(a4, narrow + (8 * size));
                        TVector.Store(b4, narrow + (9 * size));
                        TVector.Store(a5, narrow + (10 * size));
                        TVector.Store(b5, narrow + (11 * size));
                        (a0, a1, a2, a3, a4, a5) = (default, default, default, default, default, default);
                        (b0, b1, b2, b3, b4, b5) = (default, default, default, default, default, default);
                        Widen(narrow, tile);
                        left = most;
                    }
                }
                Tiles.Copy((int*)tile, TileOutputs, last + 1, Math.Min(outputs - o, TileOutputs), output + ((long)p * outputStride) + o, outputStride);
            }
        }
    }

    // Steps whose sums of two products are sure to fit into 16 bits.
    private static int Steps(in LevelSums sums) => short.MaxValue / (2 * sums.Highest * sums.Weights.Magnitude);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(byte* narrow, byte* tile)
    {
        var one = 0x0001_0001;
        var ones = TVector.Broadcast(&one);
        for (var i = 0; i < MultiplyAddTile.Pixels * 2; i++, narrow += sizeof(V), tile += sizeof(V))
            TVector.Store(TVector.Add32(TVector.Load(tile), TVector.MultiplyAdd16(TVector.Load(narrow), ones)), tile);
    }
}
