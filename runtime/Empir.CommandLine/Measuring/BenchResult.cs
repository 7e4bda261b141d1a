using Empir.Formats;
using Empir.Packed;

namespace Empir.CommandLine.Measuring;

/// <summary>
/// One run of <c>bench</c>. Ratios are of medians, over the time of the full-precision member in TorchSharp, or packed alone where the
/// name says so.
/// </summary>
internal sealed record BenchResult
{
    public required string Ensemble { get; init; }

    /// <summary>The member that everything is compared with.</summary>
    public required string FullMember { get; init; }

    /// <summary>Where the ratios and speed-ups below are from.</summary>
    public required BenchHeadline Headline { get; init; }

    /// <summary>Packed ensemble, every member on every image.</summary>
    public required double RatioAllMembers { get; init; }

    /// <summary>Packed ensemble, members asked only where they can matter.</summary>
    public required double RatioLazy { get; init; }

    /// <summary>The same over the full-precision member packed alone.</summary>
    public required double RatioAllMembersToPackedFull { get; init; }

    /// <inheritdoc cref="RatioAllMembersToPackedFull" />
    public required double RatioLazyToPackedFull { get; init; }

    /// <summary>How many times as fast the slowest low-bit member is, packed; null if there is none.</summary>
    public required double? SpeedupLowMember { get; init; }

    /// <summary>How many times as fast as the full-precision member packed alone it is.</summary>
    public required double? SpeedupLowMemberToPackedFull { get; init; }

    /// <summary>The packed file over that of the full-precision member packed alone.</summary>
    public required double FileRatio { get; init; }

    /// <summary>Images on which packed and TorchSharp ensemble decide differently.</summary>
    public required int Mismatches { get; init; }

    /// <summary>The images these are counted on.</summary>
    public required int Images { get; init; }

    /// <summary>Share of the images each member was asked about by the lazy vote.</summary>
    public required IReadOnlyDictionary<string, double> Asked { get; init; }

    /// <summary>The kernel of every layer with weights, by member and layer, with the lazy vote and of a member alone.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Kernels { get; init; }

    /// <summary>The same where every member is asked about every image, and none of whose time depends on the image.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> KernelsAllMembers { get; init; }

    /// <summary>How much each kernel did of the layers that have two and choose by the image, on the images that decisions are compared on.</summary>
    public required IReadOnlyList<PackedKernelShare> KernelShares { get; init; }

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
