namespace Empir.Packed.Kernels;

/// <summary>
/// A kernel over levels: size, pack, run. Its name says the types of input, weights and sums, its tile of pixels x outputs, and
/// its instructions. Weights are given as integers [outputs, rows, run]; a place that is no weight holds 0.
/// </summary>
internal abstract unsafe class LevelKernel
{
    /// <summary>Such as <c>u8-s8-s32-conv-6x16c4-avx2-maddubs</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether this processor has its instructions.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>Whether it computes these sums exactly.</summary>
    public abstract bool CanRun(in LevelSums sums);

    /// <summary>Estimated cycles for so many pixels.</summary>
    public abstract double Cycles(in LevelSums sums, int pixels);

    /// <summary>Sums that it writes for a pixel: the outputs and what fills up its vectors.</summary>
    public virtual int PaddedOutputs(in LevelSums sums) => sums.Outputs;

    /// <summary>Bytes of packed weights.</summary>
    public abstract long PackedBytes(in LevelSums sums);

    /// <summary>Packs weights.</summary>
    /// <param name="sums">What is computed.</param>
    /// <param name="weights">[outputs, rows, run].</param>
    /// <param name="packed">As many bytes as <see cref="PackedBytes" /> says, at a multiple of 64.</param>
    public abstract void Pack(in LevelSums sums, ReadOnlySpan<short> weights, byte* packed);

    /// <summary>Bytes of what <see cref="Prepare" /> makes from so many bytes of input.</summary>
    public virtual long PreparedBytes(in LevelSums sums, long inputBytes) => 0;

    /// <summary>Makes what is computed once per input and read for all its windows and outputs.</summary>
    public virtual void Prepare(in LevelSums sums, byte* input, long inputBytes, byte* prepared) { }

    /// <summary>Computes the sums of several pixels.</summary>
    /// <param name="sums">What is computed.</param>
    /// <param name="packed">Packed weights.</param>
    /// <param name="input">The levels.</param>
    /// <param name="prepared">What <see cref="Prepare" /> made of them.</param>
    /// <param name="rows">Where the runs begin, in bytes from where the window does.</param>
    /// <param name="offsets">Where in the input each pixel's window begins.</param>
    /// <param name="pixels">Number of pixels.</param>
    /// <param name="output">Sums, outputs one beside the other; there is room for whole tiles of pixels.</param>
    /// <param name="outputStride">Sums from one pixel to the next, at least <see cref="PaddedOutputs" />.</param>
    public abstract void Run(
        in LevelSums sums, byte* packed, byte* input, byte* prepared, int* rows, int* offsets, int pixels, int* output, int outputStride);
}
