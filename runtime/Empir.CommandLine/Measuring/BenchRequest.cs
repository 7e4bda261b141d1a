namespace Empir.CommandLine.Measuring;

/// <summary>What is measured.</summary>
/// <param name="Threads">Numbers of threads.</param>
/// <param name="Batches">Images of one call.</param>
/// <param name="Rounds">Rounds that count.</param>
/// <param name="Kernel">Part of the name of the only packed kernels to use; null for the cost model's choice.</param>
/// <param name="UnderAttack">Whether images that PGD has perturbed are measured too.</param>
internal sealed record BenchRequest(IReadOnlyList<int> Threads, IReadOnlyList<int> Batches, int Rounds = 7, string? Kernel = null, bool UnderAttack = false)
{
    /// <summary>
    /// Where the headline ratios come from: 1 thread and batches of 128 if they are measured. One thread depends least on what else the
    /// machine does; in batches of 128 TorchSharp is at its best, so the comparison flatters the packed engine least.
    /// </summary>
    public (int Threads, int Batch) Headline => (Threads.Contains(1) ? 1 : Threads[0], Batches.Contains(128) ? 128 : Batches[0]);

    /// <summary>Images of a round: a few batches, and enough of small ones to measure.</summary>
    public static int RoundImages(int batch, int available) => Math.Min(Math.Max(batch * 4, 64), available);
}
