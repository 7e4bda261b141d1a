using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>What tiled kernels share.</summary>
internal static unsafe class Tiles
{
    /// <summary>A whole number of the tiles of every kernel that asks for no other.</summary>
    public const int BandPixels = 24;

    /// <summary>The next multiple.</summary>
    public static int Round(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>The next cache line.</summary>
    public static long Round64(long bytes) => (bytes + 63) & ~63L;

    /// <summary>[outputs, terms] to [outputs / tile, terms, tile], into zeros, which stay where no output is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Interleave(ReadOnlySpan<float> weights, int outputs, int terms, int tile, float* packed)
    {
        // So many terms of a tile's outputs stay in the first-level cache.
        const int Together = 32;
        fixed (float* all = weights)
        {
            for (var block = 0; block < outputs; block += tile)
            {
                for (var first = 0; first < terms; first += Together)
                {
                    var end = Math.Min(first + Together, terms);
                    for (var o = block; o < Math.Min(block + tile, outputs); o++)
                    {
                        var from = all + ((nint)o * terms);
                        var to = packed + ((nint)block * terms) + (o - block);
                        for (var t = first; t < end; t++)
                            to[(nint)t * tile] = from[t];
                    }
                }
            }
        }
    }
}
