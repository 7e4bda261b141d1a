namespace Empir.CommandLine.Measuring;

/// <summary>Peaks of resident memory.</summary>
/// <param name="Packed">The whole ensemble, packed.</param>
/// <param name="TorchFull">The full-precision member alone in TorchSharp.</param>
internal sealed record BenchMemory(double Packed, double TorchFull);
