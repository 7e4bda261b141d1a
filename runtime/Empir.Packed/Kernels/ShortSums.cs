using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Empir.Packed.Kernels;

/// <summary>
/// Sums of bytes in 16 bits, of 64 outputs a vector: the first half of the outputs lie in the even bytes. As they are added, two
/// sums are carried: that of both bytes of 16 bits, and that of the high bytes alone.
/// </summary>
internal static unsafe class ShortSums
{
    /// <summary>Outputs of a vector of bytes.</summary>
    public const int Outputs = 64;

    /// <summary>The byte of an output, among those of its vector of so many.</summary>
    public static int Lane(int output, int outputs = Outputs) => (output % (outputs / 2) * 2) + (output % outputs / (outputs / 2));

    /// <summary>Writes the sums of 64 outputs, or adds them to those there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<ushort> both, Vector512<ushort> high, ushort* sums, bool isFirst)
    {
        var low = both - (high << 8);
        (isFirst ? low : low + Vector512.Load(sums)).Store(sums);
        (isFirst ? high : high + Vector512.Load(sums + 32)).Store(sums + 32);
    }

    /// <summary>Sums times a factor, and constants or, where there are none, what is already written.</summary>
    /// <param name="sums">[pixels, outputs], whole vectors of outputs.</param>
    /// <param name="stride">Sums from one pixel to the next.</param>
    /// <param name="pixels">Number of pixels.</param>
    /// <param name="multiplier">The factor.</param>
    /// <param name="constants">One for each pixel, or null.</param>
    /// <param name="output">Takes the sums.</param>
    /// <param name="outputStride">Its sums from one pixel to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Finish(ushort* sums, int stride, int pixels, int multiplier, int* constants, int* output, nint outputStride)
    {
        for (var p = 0; p < pixels; p++, sums += stride, output += outputStride)
        {
            for (var o = 0; o < stride; o += Vector512<int>.Count)
            {
                var sum = Vector512.Create(Vector256.WidenLower(Vector256.Load(sums + o)), Vector256.WidenUpper(Vector256.Load(sums + o))).AsInt32() * multiplier;
                (sum + (constants is null ? Vector512.Load(output + o) : Vector512.Create(constants[p]))).Store(output + o);
            }
        }
    }
}
