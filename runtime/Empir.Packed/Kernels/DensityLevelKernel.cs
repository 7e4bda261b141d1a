using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>
/// One of two kernels, by the share of an input's levels that are not 0; their sums are the same, their time is not.
/// </summary>
internal sealed unsafe class DensityLevelKernel : LevelKernel
{
    // A share below which few inputs lie is not worth a second copy of the weights.
    private const double LeastShare = 0.25;

    private const int Header = 64;

    private readonly SparseLevelKernel sparse;
    private readonly LevelKernel dense;
    private readonly double share;

    // Bytes of input so far, by kernel.
    private long sparseBytes, denseBytes;

    private DensityLevelKernel(SparseLevelKernel sparse, LevelKernel dense, double share) => (this.sparse, this.dense, this.share) = (sparse, dense, share);

    /// <summary>Both kernels' names and the share of levels that are not 0.</summary>
    public override string Name => FormattableString.Invariant($"{sparse.Name} up to {100 * share:F0} % of levels, else {dense.Name}");

    public override IReadOnlyList<(string Kernel, double Share)> Shares
    {
        get
        {
            var (few, many) = (Interlocked.Read(ref sparseBytes), Interlocked.Read(ref denseBytes));
            return few + many == 0 ? [] : [(sparse.Name, (double)few / (few + many)), (dense.Name, (double)many / (few + many))];
        }
    }

    public override bool IsSupported => sparse.IsSupported && dense.IsSupported;

    public override int BandPixels => dense.BandPixels;

    public override int SharePixels => dense.SharePixels;

    /// <summary>Both kernels, where the sparse one is estimated to be the faster of the two for a share that inputs have.</summary>
    /// <returns>The dense kernel alone where it is not.</returns>
    public static LevelKernel Choose(SparseLevelKernel sparse, LevelKernel dense, in LevelSums sums, int pixels, long inputBytes)
    {
        if (!sparse.CanRun(sums) || sums.Used < sums.Step)
            return dense;
        var (least, each) = (SparseLevelKernel.Cycles(sums, pixels, inputBytes, 0), SparseLevelKernel.Cycles(sums, pixels, inputBytes, 1));
        var share = (dense.Cycles(sums, pixels, inputBytes) - least) / (each - least);
        return share < LeastShare ? dense : new DensityLevelKernel(sparse, dense, Math.Min(share, 1));
    }

    public override bool CanRun(in LevelSums sums) => sparse.CanRun(sums) && dense.CanRun(sums);

    public override double Cycles(in LevelSums sums, int pixels, long inputBytes) => dense.Cycles(sums, pixels, inputBytes);

    public override int PaddedOutputs(in LevelSums sums) => Math.Max(sparse.PaddedOutputs(sums), dense.PaddedOutputs(sums));

    public override long PackedBytes(in LevelSums sums) => Tiles.Round64(dense.PackedBytes(sums)) + sparse.PackedBytes(sums);

    public override void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed)
    {
        dense.Pack(sums, output, numbers, packed);
        sparse.Pack(sums, output, numbers, packed + Tiles.Round64(dense.PackedBytes(sums)));
    }

    public override long PreparedBytes(in LevelSums sums, long inputBytes) =>
        Header + Math.Max(SparseLevelKernel.PreparedBytes(sums, inputBytes, share), dense.PreparedBytes(sums, inputBytes));

    public override void Prepare(in LevelSums sums, byte* input, long inputBytes, byte* prepared)
    {
        var isSparse = Count(input, inputBytes) <= share * inputBytes;
        *(int*)prepared = isSparse ? 1 : 0;
        Interlocked.Add(ref (isSparse ? ref sparseBytes : ref denseBytes), inputBytes);
        if (isSparse)
            SparseLevelKernel.Prepare(sums, input, inputBytes, prepared + Header, share);
        else
            dense.Prepare(sums, input, inputBytes, prepared + Header);
    }

    public override void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int* rows, int* offsets, int pixels, int* output, int outputStride)
    {
        if (*(int*)prepared != 0)
            sparse.Run(sums, packed + Tiles.Round64(dense.PackedBytes(sums)), input, prepared + Header, rows, offsets, pixels, output, outputStride);
        else
            dense.Run(sums, packed, input, prepared + Header, rows, offsets, pixels, output, outputStride);
    }

    // Levels that are not 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Count(byte* input, long bytes)
    {
        var (count, k) = (0L, 0L);
        for (; k <= bytes - Vector512<byte>.Count; k += Vector512<byte>.Count)
            count += BitOperations.PopCount(~Vector512.Equals(Vector512.Load(input + k), Vector512<byte>.Zero).ExtractMostSignificantBits());
        for (; k < bytes; k++)
            count += input[k] != 0 ? 1 : 0;
        return count;
    }
}
