using Empir.Attacks;

namespace Empir.Evaluation;

/// <summary>A named list of attacks and how they are scored.</summary>
public enum ProtocolName
{
    /// <summary>The released code's attacks, surfaces and predicted labels.</summary>
    Paper,

    /// <summary>The same attacks on the honest surface with true labels.</summary>
    WhiteBox,

    /// <summary>The union of strong attacks on every surface, at the dataset's usual radius and at the threat's own.</summary>
    Adaptive,
}

/// <summary>How an ensemble is attacked; the spec's <c>evaluation</c> section.</summary>
/// <param name="Threat">Norm and radius of the bounded attacks.</param>
/// <param name="Protocols">The protocols to run, in order.</param>
/// <param name="Images">How many test images are attacked, from the first; null attacks all.</param>
public sealed record EvaluationSettings(ThreatModel Threat, IReadOnlyList<ProtocolName> Protocols, int? Images = null)
{
    /// <summary>Whether PGD is also run at growing radii, up to the one that leaves nothing.</summary>
    public bool Ladder { get; init; }

    /// <summary>Whether images crafted on each member are also decided by every other.</summary>
    public bool Transfer { get; init; }

    /// <summary>Whether the ensemble's gradients are checked for masking; see <see cref="MaskingChecks" />.</summary>
    public bool Masking { get; init; }

    /// <summary>Whether the adaptive protocol also runs at the dataset's usual radius; see <see cref="UsualRadius" />.</summary>
    public bool AtUsualRadius { get; init; } = true;

    /// <summary>Whether the adaptive protocol runs every attack on all images, not only on those that no attack before it broke.</summary>
    public bool Exhaustive { get; init; }
}
