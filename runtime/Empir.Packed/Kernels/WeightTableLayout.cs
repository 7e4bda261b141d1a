using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Empir.Packed.Kernels;

/// <summary>
/// Which levels make an index of six bits: those of a pixel that lie a number of groups apart, so that all groups of a pixel are
/// computed side by side; where a pixel is one byte, those of neighbouring pixels of a row.
/// </summary>
internal readonly record struct WeightTableLayout
{
    /// <summary>Bits of an index.</summary>
    public const int IndexBits = 6;

    /// <summary>Bytes of a table.</summary>
    public const int Bytes = 1 << IndexBits;

    private readonly int step, used, width;

    public WeightTableLayout(in LevelSums sums)
    {
        (step, used, width) = (sums.Step, sums.Used, sums.Run / sums.Step);
        Bits = sums.Highest <= 1 ? 1 : sums.Highest <= 3 ? 2 : 3;
        var most = IndexBits / Bits;
        Pixels = step > 1 ? 1 : Even(width, most);
        Positions = (width + Pixels - 1) / Pixels;
        Groups = step > 1 ? (used + most - 1) / most : 1;
        Levels = step > 1 ? Even(used, most) : Pixels;
        Tables = sums.Rows * Positions * Groups;
    }

    /// <summary>Bits of a level.</summary>
    public int Bits { get; }

    /// <summary>Levels of an index, or fewer.</summary>
    public int Levels { get; }

    /// <summary>Neighbouring pixels that share an index.</summary>
    public int Pixels { get; }

    /// <summary>Pixels of a run where indices begin.</summary>
    public int Positions { get; }

    /// <summary>Indices of a pixel.</summary>
    public int Groups { get; }

    /// <summary>Indices of a window: [rows, groups, positions].</summary>
    public int Tables { get; }

    /// <summary>Which of a run's weights belongs to a level of an index; -1 where none does.</summary>
    public int Weight(int position, int group, int level)
    {
        var at = group + (level * Groups);
        return step > 1
            ? at < used ? (position * used) + at : -1
            : (position * Pixels) + at is var pixel && pixel < width ? pixel : -1;
    }

    /// <summary>An entry of a table for each index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Look(Vector512<byte> table, Vector512<byte> indices) =>
        Avx512Vbmi.IsSupported ? Avx512Vbmi.PermuteVar64x8(table, indices) : Vector512.Shuffle(table, indices);

    // So many that as few shares as possible are as even as possible.
    private static int Even(int count, int most) => (count + most - 1) / most is var shares ? (count + shares - 1) / shares : 0;
}
