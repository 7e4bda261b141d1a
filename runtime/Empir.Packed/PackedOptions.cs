namespace Empir.Packed;

/// <summary>How a packed ensemble runs. Threads and the lazy vote change no decision; another kernel may round sums in full precision in another last bit.</summary>
public sealed record PackedOptions
{
    /// <summary>
    /// Threads that share the images of a call, the caller's among them; by default one per processor. With fewer images than threads they
    /// share bands of a layer's pixels, if that takes a tenth of a millisecond or more; a single image of a smaller network takes the caller's alone.
    /// </summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Whether a member runs only on the images whose decision is still open, and a layer may take less time where many of its levels are 0.
    /// Off, every image costs the same: for those who must not let the time of an answer tell whether the members agreed. The kernel <c>sparse</c>, asked for by name, is not such.
    /// </summary>
    public bool LazyVote { get; init; } = true;

    /// <summary>
    /// Part of the name of the only kernels to use, such as <c>scalar</c>, <c>avx2</c> or <c>pshufb</c>; null for what the
    /// environment variable EMPIR_KERNEL says, and without it for the cost model's choice.
    /// </summary>
    public string? Kernel { get; init; } = EnvironmentKernel;

    /// <summary>What EMPIR_KERNEL says.</summary>
    internal static string? EnvironmentKernel => Environment.GetEnvironmentVariable("EMPIR_KERNEL") is { Length: > 0 } kernel ? kernel : null;
}
