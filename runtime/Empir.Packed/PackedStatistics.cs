namespace Empir.Packed;

/// <summary>What one call cost.</summary>
/// <param name="Images">Images that were classified.</param>
/// <param name="Members">How many of them each member ran on, in the order in which members run.</param>
public sealed record PackedStatistics(int Images, IReadOnlyList<PackedMemberRuns> Members);

/// <summary>How many images a member ran on.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Images">The images.</param>
public sealed record PackedMemberRuns(string Member, int Images);

/// <summary>Which kernel runs a layer.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Layer">The layer's path.</param>
/// <param name="Kernel">The kernel: types, what it computes, its tile of pixels x outputs, instructions.</param>
public sealed record PackedLayerKernel(string Member, string Layer, string Kernel);

/// <summary>Of a layer that has two kernels, how much one of them did.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Layer">The layer's path.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Share">The share of all the levels that the layer was given, from 0 to 1; where threads share an image, as often as they looked at them.</param>
public sealed record PackedKernelShare(string Member, string Layer, string Kernel, double Share);
