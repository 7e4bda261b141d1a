namespace Empir.Packed.Kernels;

/// <summary>A kernel over 32-bit floats: size, pack, run.</summary>
internal abstract unsafe class FloatKernel
{
    /// <summary>Such as <c>f32-conv-6x16-avx2-fma</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether this processor has its instructions.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>Estimated cycles for so many pixels.</summary>
    public abstract double Cycles(in FloatSums sums, int pixels);

    /// <summary>Sums that it writes for a pixel: the outputs and what fills up its vectors.</summary>
    public virtual int PaddedOutputs(in FloatSums sums) => sums.Outputs;

    /// <summary>Bytes of packed weights.</summary>
    public abstract long PackedBytes(in FloatSums sums);

    /// <summary>Packs weights [outputs, rows, run] into zeros.</summary>
    public abstract void Pack(in FloatSums sums, ReadOnlySpan<float> weights, float* packed);

    /// <summary>Computes the sums of several pixels, as <see cref="LevelKernel.Run" /> does; rows and offsets count floats.</summary>
    public abstract void Run(
        in FloatSums sums, float* packed, float* input, int* rows, int* offsets, int pixels, float* output, int outputStride);
}
