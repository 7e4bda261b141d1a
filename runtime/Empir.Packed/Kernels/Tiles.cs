using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>What tiled kernels share.</summary>
internal static unsafe class Tiles
{
    /// <summary>The next multiple.</summary>
    public static int Round(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>The next cache line.</summary>
    public static long Round64(long bytes) => (bytes + 63) & ~63L;

    /// <summary>[outputs, terms] to [outputs / tile, terms, tile], with zeros for the outputs that are not there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Interleave<T>(ReadOnlySpan<T> weights, int outputs, int terms, int tile, Span<T> packed) where T : unmanaged
    {
        packed.Clear();
        for (var o = 0; o < outputs; o++)
        {
            var own = weights.Slice(o * terms, terms);
            var block = packed[((o / tile * tile * terms) + (o % tile))..];
            for (var t = 0; t < own.Length; t++)
                block[t * tile] = own[t];
        }
    }
}
