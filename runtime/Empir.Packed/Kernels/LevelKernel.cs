namespace Empir.Packed.Kernels;

/// <summary>
/// A kernel over levels: size, pack, run. Its name says the types of input, weights and sums, its tile of pixels x outputs, and
/// its instructions. Weights are given as their numbers m, a weight being multiplier·m + offset.
/// </summary>
internal abstract unsafe class LevelKernel
{
    /// <summary>Such as <c>u8-s8-s32-conv-6x16c4-avx2-maddubs</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether this processor has its instructions.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>Whether it computes these sums exactly.</summary>
    public abstract bool CanRun(in LevelSums sums);

    /// <summary>
    /// Estimated cycles. Unless a kernel says otherwise, the figures were measured on a Zen 5 core, AVX2 and AVX-512: the least time
    /// of many runs over 256 pixels of fourteen convolutions, in cycles by a chain of additions that each wait for the one before.
    /// </summary>
    /// <param name="sums">What is computed.</param>
    /// <param name="pixels">Pixels whose sums are computed.</param>
    /// <param name="inputBytes">Levels that are prepared for them.</param>
    public abstract double Cycles(in LevelSums sums, int pixels, long inputBytes);

    /// <summary>What adds the rest where it runs the one bit of a two-bit layer; null where nothing with its instructions does.</summary>
    /// <param name="sums">What is computed, of weights of two bits.</param>
    /// <param name="count">How many of them are at the outer levels.</param>
    public virtual OuterWeights? Outer(in LevelSums sums, int count) => null;

    /// <summary>Where it is one of two by what the input is: which kernels it is, and the share of all the levels so far that each was given.</summary>
    public virtual IReadOnlyList<(string Kernel, double Share)> Shares => [];

    /// <summary>Sums that it writes for a pixel: the outputs and what fills up its vectors.</summary>
    public virtual int PaddedOutputs(in LevelSums sums) => sums.Outputs;

    /// <summary>It is given multiples of so many pixels, where there are as many.</summary>
    public virtual int BandPixels => Tiles.BandPixels;

    /// <summary>Threads' shares of the pixels begin at multiples of so many.</summary>
    public virtual int SharePixels => BandPixels;

    /// <summary>Bytes of packed weights.</summary>
    public abstract long PackedBytes(in LevelSums sums);

    /// <summary>Packs the weights of one output.</summary>
    /// <param name="sums">What is computed.</param>
    /// <param name="output">The output.</param>
    /// <param name="numbers">[rows, run], without the places of a run that are no weights.</param>
    /// <param name="packed">As many bytes as <see cref="PackedBytes" /> says, at a multiple of 64; zeros, but for the outputs before.</param>
    public abstract void Pack(in LevelSums sums, int output, ReadOnlySpan<byte> numbers, byte* packed);

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
