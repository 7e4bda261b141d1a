using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>A convolution or linear layer in full precision, with what follows it value by value.</summary>
internal sealed unsafe class FloatStep : WindowStep
{
    private readonly FloatKernel kernel;
    private readonly FloatSums sums;
    private readonly AlignedMemory[] packed;
    private readonly FloatEpilogue epilogue;
    private readonly Plane target;
    private int[] places = [];

    /// <param name="input">Activations.</param>
    /// <param name="output">Shape of the result.</param>
    /// <param name="window">The window.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="weights">[outputs, C / groups, kH, kW].</param>
    /// <param name="epilogue">What follows.</param>
    /// <param name="target">What is written.</param>
    /// <param name="choose">Chooses the kernel.</param>
    public FloatStep(
        Plane input, PackedShape output, PackedWindow window, int groups, float[] weights, FloatEpilogue epilogue, Plane target,
        Func<FloatSums, FloatKernel> choose)
        : base(input, output, window, groups, multiple: 1)
    {
        this.epilogue = epilogue;
        this.target = target;
        sums = new(RunCount, RunLength, GroupOutputs);
        kernel = choose(sums);
        packed = new AlignedMemory[groups];
        for (var g = 0; g < groups; g++)
        {
            packed[g] = new(kernel.PackedBytes(sums));
            kernel.Pack(sums, Arrange(weights, g), (float*)packed[g].Memory);
        }
    }

    public override string Kernel => kernel.Name;

    public override double Cycles => kernel.Cycles(sums, Pixels) * Groups;

    public override long ScratchBytes => BandSumBytes + GatherBytes;

    public override void Finish(int chunk)
    {
        base.Finish(chunk);
        if (IsGathered)
            places = [.. Enumerable.Range(0, chunk * Pixels).Select(p => p * RunLength)];
    }

    protected override void Band(in Chunk chunk, int first, int count, int* at)
    {
        var band = (float*)chunk.Scratch;
        // Kernels count floats; every offset is a whole number of them.
        var floats = stackalloc int[count];
        for (var p = 0; p < count; p++)
            floats[p] = at[p] / sizeof(float);
        if (!IsGathered)
            kernel.Run(sums, (float*)packed[0].Memory, (float*)chunk.Image(Input, 0), RowBytes / sizeof(float), floats, count, band, Output.Channels);
        else
            RunGathered(chunk, band, count, at);
        for (var p = 0; p < count; p++, band += Output.Channels)
            epilogue.Apply(band, Output.Channels, (float*)Target(chunk, target, first + p));
    }

    private void RunGathered(in Chunk chunk, float* band, int count, int* at)
    {
        var gathered = chunk.Scratch + BandSumBytes;
        fixed (int* from = places)
        {
            for (var g = 0; g < Groups; g++)
            {
                Gather(chunk.Image(Input, 0), at, count, g, gathered);
                kernel.Run(sums, (float*)packed[g].Memory, (float*)gathered, 0, from, count, band + (g * GroupOutputs), Output.Channels);
            }
        }
    }
}
