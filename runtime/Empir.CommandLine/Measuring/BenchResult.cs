using Empir.Formats;

namespace Empir.CommandLine.Measuring;

/// <summary>One run of <c>bench</c>. Ratios are of medians, over the time of the full-precision member in TorchSharp.</summary>
internal sealed record BenchResult
{
    public required string Ensemble { get; init; }

    /// <summary>The member that everything is compared with.</summary>
    public required string FullMember { get; init; }

    /// <summary>Where the three ratios below are from.</summary>
    public required BenchHeadline Headline { get; init; }

    /// <summary>Packed ensemble, every member on every image.</summary>
    public required double RatioAllMembers { get; init; }

    /// <summary>Packed ensemble, members asked only where they can matter.</summary>
    public required double RatioLazy { get; init; }

    /// <summary>How many times as fast the slowest low-bit member is, packed; null if there is none.</summary>
    public required double? SpeedupLowMember { get; init; }

    /// <summary>The packed file over that of the full-precision member packed alone.</summary>
    public required double FileRatio { get; init; }

    /// <summary>Images on which packed and TorchSharp ensemble decide differently.</summary>
    public required int Mismatches { get; init; }

    /// <summary>The images these are counted on.</summary>
    public required int Images { get; init; }

    /// <summary>Share of the images each member was asked about by the lazy vote.</summary>
    public required IReadOnlyDictionary<string, double> Asked { get; init; }

    /// <summary>The kernel of every layer with weights, by member and layer.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Kernels { get; init; }

    /// <summary>What was asked for by --kernel or EMPIR_KERNEL.</summary>
    public required string? KernelAsked { get; init; }

    public required Machine Environment { get; init; }

    /// <summary>All that was timed.</summary>
    public required IReadOnlyList<BenchMeasurement> Measurements { get; init; }

    /// <summary>MiB that a process predicting a batch held at most; null where it cannot be measured.</summary>
    public required BenchMemory? PeakMemoryMib { get; init; }

    /// <summary>The same on perturbed images; null if it was not asked for.</summary>
    public required BenchUnderAttack? UnderAttack { get; init; }

    public string ToJson() => MachineJson.Of(this);
}

/// <summary>Which measurement the headline ratios are from.</summary>
internal sealed record BenchHeadline(int Threads, int Batch);

/// <summary>Medians of alternating rounds.</summary>
/// <param name="Threads">Threads of libtorch and of the packed engine.</param>
/// <param name="Batch">Images of a call.</param>
/// <param name="Images">Images of a round.</param>
/// <param name="Rounds">Rounds that count.</param>
/// <param name="MicrosecondsPerImage">The median of each, by <see cref="BenchSystems" />' names.</param>
/// <param name="Ratios">Each over the full-precision member in TorchSharp.</param>
internal sealed record BenchMeasurement(
    int Threads, int Batch, int Images, int Rounds, IReadOnlyDictionary<string, double> MicrosecondsPerImage, IReadOnlyDictionary<string, double> Ratios);

/// <summary>Peaks of resident memory.</summary>
/// <param name="Packed">The whole ensemble, packed.</param>
/// <param name="TorchFull">The full-precision member alone in TorchSharp.</param>
internal sealed record BenchMemory(double Packed, double TorchFull);

/// <summary>Images that an attack has perturbed: members agree least there, so the lazy vote pays least.</summary>
/// <param name="Attack">What attacked what.</param>
/// <param name="Epsilon">Its radius.</param>
/// <param name="Images">How many images.</param>
/// <param name="Broken">How many of them TorchSharp's ensemble now decides wrongly.</param>
/// <param name="Asked">Share of the images each member was asked about.</param>
/// <param name="RatioLazy">Time over the full-precision member's on the same images, at the headline's threads and batch.</param>
/// <param name="Mismatches">Images decided differently than by TorchSharp.</param>
internal sealed record BenchUnderAttack(
    string Attack, double Epsilon, int Images, int Broken, IReadOnlyDictionary<string, double> Asked, double RatioLazy, int Mismatches);
