using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>A convolution or linear layer in full precision, with what follows it value by value.</summary>
internal sealed unsafe class FloatStep : WindowStep
{
    private readonly FloatKernel kernel;
    private readonly FloatSums sums;
    private readonly Lazy<float[]> weights;
    private readonly FloatEpilogue epilogue;

    /// <param name="input">Activations.</param>
    /// <param name="output">Shape of the result.</param>
    /// <param name="window">The window.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="weights">[outputs, C / groups, kH, kW].</param>
    /// <param name="epilogue">What follows.</param>
    /// <param name="target">What is written.</param>
    /// <param name="choose">Chooses the kernel.</param>
    public FloatStep(
        Plane input, PackedShape output, PackedWindow window, int groups, Lazy<float[]> weights, FloatEpilogue epilogue, Plane target,
        Func<FloatSums, FloatKernel> choose)
        : base(input, target, output, window, groups)
    {
        this.weights = weights;
        this.epilogue = epilogue;
        sums = new(RunCount, RunLength, GroupOutputs);
        kernel = choose(sums);
    }

    public override string Kernel => kernel.Name;

    public override long? SharedBytes => kernel.PackedBytes(sums) * Groups;

    public override double Cycles => kernel.Cycles(sums, Pixels) * Groups;

    public override long ScratchBytes => BandSumBytes;

    public override void Finish(int chunk)
    {
        Finish(chunk, chunk, kernel.PaddedOutputs(sums));
        // All of them or none are there for whoever disposes them.
        Packed = [.. Enumerable.Range(0, Groups).Select(_ => new AlignedMemory(kernel.PackedBytes(sums)))];
        for (var g = 0; g < Groups; g++)
            kernel.Pack(sums, Arrange(weights.Value, g), (float*)Packed[g].Memory);
    }

    protected override void Sum(in Chunk chunk, byte* images, int group, int* rows, int* offsets, int count, byte* band) =>
        kernel.Run(sums, (float*)Packed[group].Memory, (float*)images, rows, offsets, count, (float*)band, BandStride);

    protected override void Store(byte* band, int count, byte* target, int* places) =>
        epilogue.Apply((float*)band, BandStride, count, target, places);
}
