namespace Empir.CommandLine.Measuring;

/// <summary>Images that an attack has perturbed: members agree least there, so the lazy vote pays least.</summary>
/// <param name="Attack">What attacked what.</param>
/// <param name="Epsilon">Its radius.</param>
/// <param name="Images">How many images.</param>
/// <param name="Broken">How many of them TorchSharp's ensemble now decides wrongly.</param>
/// <param name="Asked">Share of the images each member was asked about.</param>
/// <param name="RatioLazy">Time over the full-precision member's on the same images, at the headline's threads and batch.</param>
/// <param name="RatioLazyToPackedFull">The same over that member's packed.</param>
/// <param name="Mismatches">Images decided differently than by TorchSharp.</param>
internal sealed record BenchUnderAttack(
    string Attack, double Epsilon, int Images, int Broken, IReadOnlyDictionary<string, double> Asked, double RatioLazy, double RatioLazyToPackedFull, int Mismatches);
