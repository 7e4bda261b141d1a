using System.Collections.ObjectModel;
using Empir.Evaluation;

namespace Empir.CommandLine.Work;

/// <summary>What the user changes about the spec's evaluation; null or empty changes nothing.</summary>
internal sealed record EvaluationRequest(IReadOnlyList<ProtocolName> Protocols, int? Images, double? Epsilon, long Seed, bool Ladder, bool Transfer,
    bool Masking, bool Exhaustive, bool Reuse)
{
    public EvaluationSettings Apply(EvaluationSettings spec)
    {
        var protocols = NeverFlatteringAlone(Protocols.Count > 0 ? Protocols : spec.Protocols);
        if (Exhaustive && !protocols.Contains(ProtocolName.Adaptive))
            throw new UserErrorException("--exhaustive is about the attacks of the protocol adaptive, which is not asked for. Add --protocol adaptive.");
        return new(Epsilon is { } epsilon ? spec.Threat with { Epsilon = epsilon } : spec.Threat, protocols, Images ?? spec.Images)
        {
            ImagesByProtocol = Images is null ? spec.ImagesByProtocol : ReadOnlyDictionary<ProtocolName, int>.Empty,
            Ladder = Ladder || spec.Ladder,
            Transfer = Transfer || spec.Transfer,
            Masking = Masking || spec.Masking,
            // A radius given by hand is the only one.
            AtUsualRadius = Epsilon is null && spec.AtUsualRadius,
            Exhaustive = Exhaustive || spec.Exhaustive,
        };
    }

    private static ProtocolName[] NeverFlatteringAlone(IReadOnlyList<ProtocolName> wanted) =>
        [.. (wanted.Contains(ProtocolName.Paper) ? wanted.Append(ProtocolName.WhiteBox) : wanted).Distinct()];
}
