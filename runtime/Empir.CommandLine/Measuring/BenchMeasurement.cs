namespace Empir.CommandLine.Measuring;

/// <summary>Medians of alternating rounds.</summary>
/// <param name="Threads">Threads of libtorch and of the packed engine.</param>
/// <param name="Batch">Images of a call.</param>
/// <param name="Images">Images of a round.</param>
/// <param name="Rounds">Rounds that count.</param>
/// <param name="MicrosecondsPerImage">The median of each, by <see cref="BenchSystems" />' names.</param>
/// <param name="Ratios">Each over the full-precision member in TorchSharp.</param>
/// <param name="Asked">Of each packed one, the share of the images that each member ran on.</param>
internal sealed record BenchMeasurement(
    int Threads, int Batch, int Images, int Rounds, IReadOnlyDictionary<string, double> MicrosecondsPerImage, IReadOnlyDictionary<string, double> Ratios,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Asked);
