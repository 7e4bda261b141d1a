using System.Runtime.CompilerServices;
using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>Where a low-bit layer's sums go: exactly one of the three.</summary>
/// <param name="Levels">To levels of the next layer.</param>
/// <param name="Values">To activations in full precision.</param>
/// <param name="Target">What is written; with neither of the two, the sums themselves, negative ones as 0 where <paramref name="Relu" />.</param>
/// <param name="Relu">Whether negative sums become 0.</param>
internal sealed record SumTarget(Requantizer? Levels, FloatEpilogue? Values, Plane Target, bool Relu = false);

/// <summary>A low-bit convolution or linear layer from levels to its target, a band of pixels at a time.</summary>
internal sealed unsafe class LevelStep : WindowStep
{
    private readonly LevelKernel kernel;
    private readonly LevelSums sums;
    private readonly AlignedMemory[] packed;
    private readonly SumTarget target;
    private long preparedBytes;

    /// <param name="input">Levels.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="window">Its window.</param>
    /// <param name="groups">Its groups of channels.</param>
    /// <param name="target">Where the sums go.</param>
    /// <param name="choose">Chooses the kernel.</param>
    public LevelStep(Plane input, LowBitSums layer, PackedWindow window, int groups, SumTarget target, Func<LevelSums, LevelKernel> choose)
        : base(input, layer.Layer.Output, window, groups, multiple: 12)
    {
        this.target = target;
        sums = new(RunCount, RunLength, GroupOutputs, layer.Activations.Highest, layer.Levels, Step);
        kernel = choose(sums);
        packed = new AlignedMemory[groups];
        for (var g = 0; g < groups; g++)
        {
            packed[g] = new(kernel.PackedBytes(sums));
            kernel.Pack(sums, Arrange(layer.Integers, g), packed[g].Memory);
        }
    }

    public override string Kernel => kernel.Name;

    public override double Cycles => kernel.Cycles(sums, Pixels) * Groups;

    public override long ScratchBytes => BandSumBytes + GatherBytes + preparedBytes;

    public override void Finish(int chunk)
    {
        base.Finish(chunk);
        preparedBytes = kernel.PreparedBytes(sums, IsGathered ? GatherBytes : (long)Together(chunk) * Input.ImageBytes);
    }

    protected override void Begin(in Chunk chunk, int image, int images)
    {
        if (!IsGathered && preparedBytes > 0)
            kernel.Prepare(sums, chunk.Image(Input, image), (long)images * Input.ImageBytes, Prepared(chunk));
    }

    protected override void Band(in Chunk chunk, int first, int count, int* at)
    {
        var band = (int*)chunk.Scratch;
        if (IsGathered)
            RunGathered(chunk, band, count, at);
        else
        {
            // Offsets count from the chunk's first image, what is prepared begins with the band's own.
            var image = first / Pixels / Together(chunk.Images) * Together(chunk.Images);
            var own = chunk.Image(Input, 0);
            kernel.Run(sums, packed[0].Memory, own, Prepared(chunk) - kernel.PreparedBytes(sums, (long)image * Input.ImageBytes), RowBytes, at, count, band, Output.Channels);
        }
        Store(chunk, band, first, count);
    }

    private byte* Prepared(in Chunk chunk) => chunk.Scratch + BandSumBytes + GatherBytes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunGathered(in Chunk chunk, int* band, int count, int* at)
    {
        var gathered = chunk.Scratch + BandSumBytes;
        var places = stackalloc int[count];
        for (var p = 0; p < count; p++)
            places[p] = p * RunLength;
        for (var g = 0; g < Groups; g++)
        {
            Gather(chunk.Image(Input, 0), at, count, g, gathered);
            if (preparedBytes > 0)
                kernel.Prepare(sums, gathered, (long)count * RunLength, Prepared(chunk));
            kernel.Run(sums, packed[g].Memory, gathered, Prepared(chunk), 0, places, count, band + (g * GroupOutputs), Output.Channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Store(in Chunk chunk, int* band, int first, int count)
    {
        var channels = Output.Channels;
        for (var p = 0; p < count; p++, band += channels)
        {
            var to = Target(chunk, target.Target, first + p);
            if (target.Levels is { } levels)
                levels.Apply(band, channels, to);
            else if (target.Values is { } values)
                values.Apply(band, channels, (float*)to);
            else
                Keep(band, channels, (int*)to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Keep(int* sums, int channels, int* to)
    {
        for (var c = 0; c < channels; c++)
            to[c] = target.Relu ? Math.Max(sums[c], 0) : sums[c];
    }
}
