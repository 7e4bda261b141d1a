using Empir.Attacks;
using Empir.Evaluation;
using Empir.Specs;
using static System.FormattableString;

namespace Empir.CommandLine.Reports;

/// <summary>What a page reports on.</summary>
/// <param name="Evaluation">What was found.</param>
/// <param name="Spec">The ensemble as it is declared now.</param>
/// <param name="Tool">The program's name, as the user types it.</param>
internal sealed record ReportSubject(EvaluationReport Evaluation, EnsembleSpec Spec, string Tool)
{
    /// <summary>Whether the spec has changed since it was evaluated.</summary>
    public bool IsOfAnotherSpec => Evaluation.SpecSha256 != Spec.Card.SpecHash;

    /// <summary>Whether the only protocol is the one that flatters.</summary>
    public bool IsFlattering => Evaluation.Protocols.Count > 0 && Evaluation.Protocols.All(IsPaper);

    /// <summary>A row's cells as the page shows them: the ensemble first, which a narrow screen would hide at the end.</summary>
    public static IReadOnlyList<CellResult> Columns(RowResult row) => [row.Cells[^1], .. row.Cells.SkipLast(1)];

    public static bool IsPaper(ProtocolResult protocol) => protocol.Protocol == Protocols.Word(ProtocolName.Paper);

    /// <summary>The name of a surface or a check, without underscores, so that it can be broken into lines.</summary>
    public static string Spaced(string name) => name.Replace('_', ' ');

    /// <summary>A threat model in words.</summary>
    public static string Words(ThreatModel threat) =>
        double.IsFinite(threat.Epsilon) ? Invariant($"{threat.Norm} at most {threat.Epsilon:G4}") : "any distance";

    /// <summary>The bits of a member, or what else a column is.</summary>
    public string Bits(string system) =>
        Spec.Card.Members.FirstOrDefault(member => member.Name == system)?.Network.Bits ?? (system == Evaluation.Ensemble ? "ensemble" : "");

    /// <summary>A column's header.</summary>
    public object[] Header(string system) => [system, Html.Small(Bits(system))];

    /// <summary>The attribute that lets the ensemble's own cells stand out.</summary>
    public object? Emphasis(string system) => system == Evaluation.Ensemble ? Html.Class("ensemble") : null;
}
