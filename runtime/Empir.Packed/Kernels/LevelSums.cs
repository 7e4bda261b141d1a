namespace Empir.Packed.Kernels;

/// <summary>
/// What an integer kernel computes, for pixels p and outputs o:
/// sums[p, o] = Σ_r Σ_k weight[o, r, k]·input[offset_p + row_r + k], r below <see cref="Rows" />, k below <see cref="Run" />.
/// A convolution over [H, W, C] has a row per row of its window, and runs of kW·C bytes; a dilated or grouped one a row per pixel.
/// </summary>
/// <param name="Rows">Runs of a window.</param>
/// <param name="Run">Bytes of a run.</param>
/// <param name="Outputs">Outputs.</param>
/// <param name="Highest">The highest level, from 1 to 255.</param>
/// <param name="Weights">Levels of the weights.</param>
/// <param name="Step">Bytes of which every offset, row and size of an input is a multiple: a pixel. A grouped run is part of one.</param>
/// <param name="Used">Bytes at the beginning of every step that are weighted; the others hold any level, and no weight.</param>
internal readonly record struct LevelSums(int Rows, int Run, int Outputs, int Highest, WeightLevels Weights, int Step, int Used)
{
    /// <summary>Products of one output.</summary>
    public int Terms => Rows * Run;

    /// <summary>Weights of a run.</summary>
    public int RunWeights => (Run / Step * Used) + Math.Min(Run % Step, Used);
}

/// <summary>The integers multiplier·m + offset, m of so many bits.</summary>
internal readonly record struct WeightLevels(int Bits, int Multiplier, int Offset)
{
    /// <summary>The largest.</summary>
    public int Highest => Integer((1 << Bits) - 1);

    /// <summary>The integer of a number m.</summary>
    public int Integer(int number) => (Multiplier * number) + Offset;

    /// <summary>The largest magnitude.</summary>
    public int Magnitude => Math.Max(Math.Abs(Offset), Math.Abs(Highest));
}
