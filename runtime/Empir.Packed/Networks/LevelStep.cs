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

    // More outer weights than that cost as much as the bit they save.
    private const double MostOuter = 0.02;

    private readonly LevelKernel kernel;
    private readonly LevelSums sums;
    private readonly OuterWeights? outer;
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
    /// <param name="kernels">Chooses the kernel.</param>
    /// <param name="name">The layer's name.</param>
    public LevelStep(Plane input, LowBitSums layer, PackedWindow window, int groups, SumTarget target, KernelSelector kernels, string name)
        : base(input, target.Target, layer.Layer.Output, window, groups)
    {
        this.layer = layer;
        this.target = target;
        sums = new(RunCount, RunLength, GroupOutputs, layer.Activations.Highest, layer.Levels, input.ChannelStride, input.Shape.Channels);
        var whole = kernels.Find(sums, Pixels, ImageLevels);
        // Where levels that are 0 are passed over, it is by all bits of a weight at once.
        if (groups == 1 && layer.Outer is var count && count <= MostOuter * layer.Terms * Output.Channels
            && kernels.Find(OuterWeights.Inner(sums), Pixels, ImageLevels) is { } bit && bit.Outer(sums, count) is { } rest
            && (whole is null || Cost(bit, OuterWeights.Inner(sums)) + rest.Cycles(Pixels) < Cost(whole, sums)))
            (sums, whole, outer) = (OuterWeights.Inner(sums), bit, rest);
        kernel = whole ?? throw kernels.Refusal(name);
    }

    // Levels of an image, its border aside.
    private long ImageLevels => (long)Input.Shape.Height * Input.Shape.Width * Input.ChannelStride;

    public override string Kernel => outer is null ? kernel.Name : $"{kernel.Name} and {outer.Name}";

    /// <summary>The layer's name.</summary>
    public string Name => layer.Layer.Name;

    /// <inheritdoc cref="LevelKernel.Shares" />
    public IReadOnlyList<(string Kernel, double Share)> Shares => kernel.Shares;

    public override long? SharedBytes => kernel.PackedBytes(sums) * Groups;

    public override double Cycles => Cost(kernel, sums) + (outer?.Cycles(Pixels) ?? 0);

    public override long ScratchBytes => BandSumBytes + preparedBytes;

    public override void Finish(int chunk)
    {
        var one = kernel.PreparedBytes(sums, Input.ImageBytes) - kernel.PreparedBytes(sums, 0);
        Finish(chunk, one == 0 ? chunk : (int)Math.Clamp(PreparedLimit / one, 1, chunk), kernel.PaddedOutputs(sums), kernel.BandPixels, kernel.SharePixels);
        preparedBytes = one == 0 ? 0 : kernel.PreparedBytes(sums, (long)Together * Input.ImageBytes) + Plane.Slack;
        Packed = [.. Enumerable.Range(0, Groups).Select(_ => new AlignedMemory(kernel.PackedBytes(sums)))];
        if (outer is not null)
            PackDivided(outer);
        else
            PackWhole();
        (levels, values) = (target.Levels?.Value, target.Values?.Value);
    }

    protected override void Begin(in Chunk chunk, byte* images, int count)
    {
        if (preparedBytes > 0)
            kernel.Prepare(sums, images, (long)count * Input.ImageBytes, chunk.Scratch + BandSumBytes);
    }

    protected override void Sum(in Chunk chunk, byte* images, int group, int* rows, int* offsets, int count, byte* band)
    {
        kernel.Run(sums, Packed[group].Memory, images, chunk.Scratch + BandSumBytes, rows, offsets, count, (int*)band, BandStride);
        outer?.Add(images, rows, offsets, count, (int*)band, BandStride);
    }

    protected override void Store(byte* band, int count, byte* images, int* places)
    {
        if (levels is not null)
            levels.Apply((int*)band, BandStride, count, images, places);
        else if (values is not null)
            values.Apply((int*)band, BandStride, count, images, places);
        else
            Keep((int*)band, count, images, places);
    }

    // All images' cost is that of one, and of what is prepared for all groups.
    private double Cost(LevelKernel kernel, in LevelSums sums) => (kernel.Cycles(sums, Pixels, 0) * Groups) + kernel.Cycles(sums, 0, ImageLevels);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackWhole()
    {
        var (numbers, arranged) = (new byte[layer.Terms], new byte[layer.Terms]);
        for (var o = 0; o < Output.Channels; o++)
        {
            layer.Read(o, numbers);
            Arrange<byte>(numbers, arranged);
            kernel.Pack(sums, o % GroupOutputs, arranged, Packed[o / GroupOutputs].Memory);
        }
    }

    // Which outputs have many outer weights is known once all weights are.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackDivided(OuterWeights outer)
    {
        var (numbers, arranged) = (new byte[layer.Terms], GC.AllocateUninitializedArray<byte>(layer.Terms * Output.Channels));
        for (var o = 0; o < Output.Channels; o++)
        {
            layer.Read(o, numbers);
            Arrange<byte>(numbers, arranged.AsSpan(o * layer.Terms, layer.Terms));
        }
        Packed = [.. Packed, outer.Pack(arranged)];
        OuterWeights.ToBits(arranged);
        for (var o = 0; o < Output.Channels; o++)
            kernel.Pack(sums, o, arranged.AsSpan(o * layer.Terms, layer.Terms), Packed[0].Memory);
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
