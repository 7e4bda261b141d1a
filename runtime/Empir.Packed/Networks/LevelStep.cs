using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>Where a low-bit layer's sums go: exactly one of the three.</summary>
/// <param name="Levels">To levels of the next layer.</param>
/// <param name="Values">To activations in full precision.</param>
/// <param name="Target">What is written; with neither of the two, the sums themselves, negative ones as 0 where <paramref name="Relu" />.</param>
/// <param name="Relu">Whether negative sums become 0.</param>
internal sealed record SumTarget(Lazy<Requantizer>? Levels, Lazy<FloatEpilogue>? Values, Plane Target, bool Relu = false);

/// <summary>A low-bit convolution or linear layer from levels to its target, a band of pixels at a time.</summary>
internal sealed unsafe class LevelStep : WindowStep
{
    // What is prepared stays in the second-level cache.
    private const int PreparedLimit = 576 * 1024;

    private readonly LevelKernel kernel;
    private readonly LevelSums sums;
    private readonly LowBitSums layer;
    private readonly SumTarget target;
    private Requantizer? levels;
    private FloatEpilogue? values;
    private long preparedBytes;

    /// <param name="input">Levels.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="window">Its window.</param>
    /// <param name="groups">Its groups of channels.</param>
    /// <param name="target">Where the sums go.</param>
    /// <param name="choose">Chooses the kernel.</param>
    public LevelStep(Plane input, LowBitSums layer, PackedWindow window, int groups, SumTarget target, Func<LevelSums, long, LevelKernel> choose)
        : base(input, target.Target, layer.Layer.Output, window, groups)
    {
        this.layer = layer;
        this.target = target;
        sums = new(RunCount, RunLength, GroupOutputs, layer.Activations.Highest, layer.Levels, input.ChannelStride, input.Shape.Channels);
        kernel = choose(sums, ImageLevels);
    }

    // Levels of an image, its border aside.
    private long ImageLevels => (long)Input.Shape.Height * Input.Shape.Width * Input.ChannelStride;

    public override string Kernel => kernel.Name;

    public override long? SharedBytes => kernel.PackedBytes(sums) * Groups;

    public override double Cycles => (kernel.Cycles(sums, Pixels, 0) * Groups) + kernel.Cycles(sums, 0, ImageLevels);

    public override long ScratchBytes => BandSumBytes + preparedBytes;

    public override void Finish(int chunk)
    {
        var one = kernel.PreparedBytes(sums, Input.ImageBytes) - kernel.PreparedBytes(sums, 0);
        Finish(chunk, one == 0 ? chunk : (int)Math.Clamp(PreparedLimit / one, 1, chunk), kernel.PaddedOutputs(sums), kernel.BandPixels, kernel.SharePixels);
        preparedBytes = one == 0 ? 0 : kernel.PreparedBytes(sums, (long)Together * Input.ImageBytes) + Plane.Slack;
        Packed = [.. Enumerable.Range(0, Groups).Select(_ => new AlignedMemory(kernel.PackedBytes(sums)))];
        var (numbers, arranged) = (new byte[layer.Terms], new byte[layer.Terms]);
        for (var o = 0; o < Output.Channels; o++)
        {
            layer.Read(o, numbers);
            Arrange<byte>(numbers, arranged);
            kernel.Pack(sums, o % GroupOutputs, arranged, Packed[o / GroupOutputs].Memory);
        }
        (levels, values) = (target.Levels?.Value, target.Values?.Value);
    }

    protected override void Begin(in Chunk chunk, byte* images, int count)
    {
        if (preparedBytes > 0)
            kernel.Prepare(sums, images, (long)count * Input.ImageBytes, chunk.Scratch + BandSumBytes);
    }

    protected override void Sum(in Chunk chunk, byte* images, int group, int* rows, int* offsets, int count, byte* band) =>
        kernel.Run(sums, Packed[group].Memory, images, chunk.Scratch + BandSumBytes, rows, offsets, count, (int*)band, BandStride);

    protected override void Store(byte* band, int count, byte* images, int* places)
    {
        if (levels is not null)
            levels.Apply((int*)band, BandStride, count, images, places);
        else if (values is not null)
            values.Apply((int*)band, BandStride, count, images, places);
        else
            Keep((int*)band, count, images, places);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Keep(int* sums, int pixels, byte* images, int* places)
    {
        var (channels, stride, least) = (Output.Channels, BandStride, target.Relu ? 0 : int.MinValue);
        for (var p = 0; p < pixels; p++, sums += stride)
        {
            var (to, c) = ((nint)images + places[p], 0);
            for (; c <= channels - 8; c += 8)
                Vector256.Max(Vector256.Load(sums + c), Vector256.Create(least)).Store((int*)to + c);
            for (; c < channels; c++)
                ((int*)to)[c] = Math.Max(sums[c], least);
        }
    }
}
