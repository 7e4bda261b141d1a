namespace Empir.CommandLine.Measuring;

/// <summary>Which measurement the headline ratios are from.</summary>
internal sealed record BenchHeadline(int Threads, int Batch);
