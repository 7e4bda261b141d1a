using Empir.Attacks;

namespace Empir.Evaluation;

/// <summary>
/// The Linf radius at which defences on a dataset are usually compared, in pixels of [0, 1]: 0.3 for MNIST and its
/// successors (Madry et al., arXiv 1706.06083), 8/255 for CIFAR-10 (RobustBench, arXiv 2010.09670).
/// </summary>
public static class UsualRadius
{
    /// <summary>The radius, or null where there is no usual one.</summary>
    /// <param name="dataset">The dataset's name in specs.</param>
    public static double? Of(string dataset) => dataset switch
    {
        "mnist" or "fashion_mnist" or "fashion_mnist_subset" => 0.3,
        "cifar10" => 8.0 / 255,
        _ => null,
    };

    /// <summary>The radii of the adaptive protocol, smaller first: the threat's own, and in Linf the usual one where it differs.</summary>
    /// <param name="settings">The threat, and whether the usual radius is wanted.</param>
    /// <param name="dataset">The dataset's name in specs.</param>
    internal static IReadOnlyList<ThreatModel> Threats(EvaluationSettings settings, string dataset)
    {
        var own = settings.Threat.Epsilon;
        // 0.03137 is 8/255 with fewer digits, not another radius.
        return settings is { AtUsualRadius: true, Threat.Norm: Norm.Linf } && Of(dataset) is { } usual && !(Math.Abs(usual - own) <= usual / 1000)
            ? [.. new[] { own, usual }.Order().Select(radius => settings.Threat with { Epsilon = radius })]
            : [settings.Threat];
    }
}
