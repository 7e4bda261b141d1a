using System.Collections.ObjectModel;
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
/// <param name="Images">How many test images a protocol attacks, from the first, where <see cref="ImagesByProtocol" /> says nothing else; null attacks all.</param>
public sealed record EvaluationSettings(ThreatModel Threat, IReadOnlyList<ProtocolName> Protocols, int? Images = null)
{
    /// <summary>How many test images the named protocols attack instead.</summary>
    public IReadOnlyDictionary<ProtocolName, int> ImagesByProtocol { get; init; } = ReadOnlyDictionary<ProtocolName, int>.Empty;

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

    /// <summary>How many images a protocol attacks, from the first; null attacks all.</summary>
    /// <param name="protocol">The protocol.</param>
    public int? ImagesOf(ProtocolName protocol) => ImagesByProtocol.TryGetValue(protocol, out var images) ? images : Images;

    /// <summary>The same of a test set that may have fewer.</summary>
    internal int ImagesOf(ProtocolName protocol, int available) => Math.Min(ImagesOf(protocol) ?? available, available);

    /// <summary>
    /// Images of the ladder, the transfer matrix and the masking checks: as many as the protocols with true labels attack at most, and
    /// without such a protocol as many as any.
    /// </summary>
    internal int HonestImages(int available) => Protocols.Where(protocol => protocol != ProtocolName.Paper).DefaultIfEmpty(ProtocolName.Paper)
        .Max(protocol => ImagesOf(protocol, available));
}
