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
}
