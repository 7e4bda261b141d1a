using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>Levels widened to 16 bits once per input, two of a pixel against two weights of every output: for any bits, sums in 32.</summary>
internal sealed unsafe class MultiplyAdd16LevelKernel<TVector, V> : LevelKernel where TVector : struct, IByteVector<V> where V : unmanaged
{
    private const int Terms2 = 2;

    private static int Lanes => sizeof(V) / sizeof(int);

    private static int TileOutputs => 2 * Lanes;

    public override string Name => $"u8-s16-s32-conv-{MultiplyAddTile.Pixels}x{TileOutputs}c2-{TVector.Instructions}-maddwd";

    public override bool IsSupported => TVector.IsSupported;

    public override bool CanRun(in LevelSums sums) => true;

    public override double Cycles(in LevelSums sums, int pixels)
    {
        double tiles = Tiles.Round(pixels, MultiplyAddTile.Pixels) / MultiplyAddTile.Pixels * (Tiles.Round(sums.Outputs, TileOutputs) / TileOutputs);
        return tiles * ((7.5 * sums.Rows * (Tiles.Round(sums.Run, Terms2) / Terms2)) + 20);
    }

    public override long PackedBytes(in LevelSums sums) => (long)Tiles.Round(sums.Outputs, TileOutputs) * sums.Rows * Tiles.Round(sums.Run, Terms2) * sizeof(short);

    public override void Pack(in LevelSums sums, ReadOnlySpan<short> weights, byte* packed) =>
        MultiplyAddTile.Pack(sums, weights, TileOutputs, Terms2, (short*)packed, weight => weight);

    public override long PreparedBytes(in LevelSums sums, long inputBytes) => inputBytes * sizeof(short);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Prepare(in LevelSums sums, byte* input, long inputBytes, byte* prepared)
    {
        var wide = (short*)prepared;
        long i = 0;
        for (; i <= inputBytes - 16; i += 16)
        {
            var (lower, upper) = Vector128.Widen(Vector128.Load(input + i));
            lower.AsInt16().Store(wide + i);
            upper.AsInt16().Store(wide + i + 8);
        }
        for (; i < inputBytes; i++)
            wide[i] = input[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int rowStride, int* offsets, int pixels, int* output, int outputStride)
    {
        var (rows, run, outputs) = (sums.Rows, sums.Run, sums.Outputs);
        var size = sizeof(V);
        var wide = (short*)prepared;
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
                var row = wide;
                for (var r = 0; r < rows; r++, row += rowStride)
                {
                    for (nint k = 0; k < run; k += Terms2, weight += 2 * size)
                    {
                        var (w0, w1) = (TVector.Load(weight), TVector.Load(weight + size));
                        var v = TVector.Broadcast(row + o0 + k);
                        (a0, b0) = (TVector.Add32(a0, TVector.MultiplyAdd16(v, w0)), TVector.Add32(b0, TVector.MultiplyAdd16(v, w1)));
                        v = TVector.Broadcast(row + o1 + k);
                        (a1, b1) = (TVector.Add32(a1, TVector.MultiplyAdd16(v, w0)), TVector.Add32(b1, TVector.MultiplyAdd16(v, w1)));
                        v = TVector.Broadcast(row + o2 + k);
                        (a2, b2) = (TVector.Add32(a2, TVector.MultiplyAdd16(v, w0)), TVector.Add32(b2, TVector.MultiplyAdd16(v, w1)));
                        v = TVector.Broadcast(row + o3 + k);
                        (a3, b3) = (TVector.Add32(a3, TVector.MultiplyAdd16(v, w0)), TVector.Add32(b3, TVector.MultiplyAdd16(v, w1)));
                        v = TVector.Broadcast(row + o4 + k);
                        (a4, b4) = (TVector.Add32(a4, TVector.MultiplyAdd16(v, w0)), TVector.Add32(b4, TVector.MultiplyAdd16(v, w1)));
                        v = TVector.Broadcast(row + o5 + k);
                        (a5, b5) = (TVector.Add32(a5, TVector.MultiplyAdd16(v, w0)), TVector.Add32(b5, TVector.MultiplyAdd16(v, w1)));
                    }
                }
                TVector.Store(a0, tile);
                TVector.Store(b0, tile + size);
                TVector.Store(a1, tile + (2 * size));
                TVector.Store(b1, tile + (3 * size));
                TVector.Store(a2, tile + (4 * size));
                TVector.Store(b2, tile + (5 * size));
                TVector.Store(a3, tile + (6 * size));
                TVector.Store(b3, tile + (7 * size));
                TVector.Store(a4, tile + (8 * size));
                TVector.Store(b4, tile + (9 * size));
                TVector.Store(a5, tile + (10 * size));
                TVector.Store(b5, tile + (11 * size));
                Tiles.Copy((int*)tile, TileOutputs, last + 1, Math.Min(outputs - o, TileOutputs), output + ((long)p * outputStride) + o, outputStride);
            }
        }
    }
}
