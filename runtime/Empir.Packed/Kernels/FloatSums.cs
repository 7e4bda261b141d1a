namespace Empir.Packed.Kernels;

/// <summary>What a full-precision kernel computes: as <see cref="LevelSums" />, over 32-bit floats.</summary>
/// <param name="Rows">Runs of a window.</param>
/// <param name="Run">Floats of a run.</param>
/// <param name="Outputs">Outputs.</param>
internal readonly record struct FloatSums(int Rows, int Run, int Outputs)
{
    /// <summary>Products of one output.</summary>
    public int Terms => Rows * Run;
}
