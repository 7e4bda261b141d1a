using Empir.Packed.Kernels;

namespace Empir.Packed.Tests;

/// <summary>What each kernel over levels has to run, so that one that begins to refuse is seen: the table of docs/packed.md.</summary>
internal static class KernelSupport
{
    /// <summary>Whether a kernel runs sums, where a row's are few; null where their shape decides.</summary>
    /// <param name="kernel">The kernel's name.</param>
    /// <param name="weights">Levels of the weights.</param>
    /// <param name="highest">The highest level.</param>
    /// <param name="isGrouped">Whether a run is a part of a pixel.</param>
    public static bool? Runs(string kernel, WeightLevels weights, int highest, bool isGrouped) => kernel.Split('-')[^1] switch
    {
        "scalar" or "maddwd" => true,
        // A weight in a signed byte, two products in 16 bits.
        "maddubs" => weights.Magnitude <= sbyte.MaxValue && 2 * weights.Magnitude * highest <= short.MaxValue,
        // Look-ups and lists of levels are of whole pixels.
        _ when isGrouped => false,
        "pshufb" or "tbl" => highest <= 31 && (weights.Bits == 1 || kernel.StartsWith("u8-u2", StringComparison.Ordinal)),
        "sparse" => ((1 << weights.Bits) - 1) * highest <= 51,
        "vpermb" when kernel.StartsWith("u8-u1", StringComparison.Ordinal) => weights.Bits == 1 && highest <= 15,
        "vpermb" when kernel.StartsWith("u8-u2", StringComparison.Ordinal) => highest <= 15,
        "vpermb" when highest > 7 => false,
        // As many weights as an index has room for levels; a pixel may have fewer.
        "vpermb" => (1 << (weights.Bits - 1)) * highest * (highest == 1 ? 6 : highest <= 3 ? 3 : 2) <= byte.MaxValue ? true : null,
        _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, null),
    };
}
