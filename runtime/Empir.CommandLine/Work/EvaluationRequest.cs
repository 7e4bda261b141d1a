using Empir.Evaluation;

namespace Empir.CommandLine.Work;

/// <summary>What the user changes about the spec's evaluation; null or empty changes nothing.</summary>
internal sealed record EvaluationRequest(IReadOnlyList<ProtocolName> Protocols, int? Images, double? Epsilon, long Seed, bool Ladder, bool Transfer, bool Masking)
{
    public EvaluationSettings Apply(EvaluationSettings spec) => new(
        Epsilon is { } epsilon ? spec.Threat with { Epsilon = epsilon } : spec.Threat,
        NeverFlatteringAlone(Protocols.Count > 0 ? Protocols : spec.Protocols),
        Images ?? spec.Images)
    {
        Ladder = Ladder || spec.Ladder,
        Transfer = Transfer || spec.Transfer,
        Masking = Masking || spec.Masking,
    };

    private static ProtocolName[] NeverFlatteringAlone(IReadOnlyList<ProtocolName> wanted) =>
        [.. (wanted.Contains(ProtocolName.Paper) ? wanted.Append(ProtocolName.WhiteBox) : wanted).Distinct()];
}
