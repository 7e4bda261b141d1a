using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>
/// The few weights of a two-bit layer that are at its outer levels. DoReFa divides by the largest weight, so that nearly all weights
/// are at the inner two levels: one bit says which, a kernel for one bit takes them, and the rest is added here. With m = 1 + b + e, b
/// of one bit and e of -1, 0 or 1: Σ (multiplier·m + offset)·level = Σ (multiplier·b + offset + multiplier)·level + multiplier·Σ e·level.
/// </summary>
internal abstract unsafe class OuterWeights
{
    /// <summary>As a kernel's: types, what it computes, its tile of pixels x outputs, instructions.</summary>
    public abstract string Name { get; }

    /// <summary>Estimated cycles, see <see cref="LevelKernel.Cycles" />.</summary>
    public abstract double Cycles(int pixels);

    /// <summary>Takes them out of all weights.</summary>
    /// <param name="numbers">The weights' numbers, [outputs, rows, run], without the places of a run that are no weights.</param>
    /// <returns>Which levels each output takes: what <see cref="Add" /> reads.</returns>
    public abstract AlignedMemory Pack(ReadOnlySpan<byte> numbers);

    /// <summary>Adds multiplier·Σ e·level to the sums of several pixels.</summary>
    /// <inheritdoc cref="LevelKernel.Run" />
    public abstract void Add(byte* input, int* rows, int* offsets, int pixels, int* output, int outputStride);

    /// <summary>What is left for a kernel to compute: bit b of each number m, m >> 1.</summary>
    public static LevelSums Inner(in LevelSums sums) => sums with { Weights = new(1, sums.Weights.Multiplier, sums.Weights.Offset + sums.Weights.Multiplier) };

    /// <summary>Numbers m to bits b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToBits(Span<byte> numbers)
    {
        var i = 0;
        for (; i <= numbers.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
            (Vector256.Create<byte>(numbers[i..]) >>> 1).CopyTo(numbers[i..]);
        for (; i < numbers.Length; i++)
            numbers[i] >>= 1;
    }
}
