using System.Xml.Linq;
using Empir.Evaluation;
using static System.FormattableString;
using static Empir.CommandLine.Reports.Html;

namespace Empir.CommandLine.Reports;

/// <summary>Every protocol's table, side by side: a row per attack, a column per system.</summary>
internal static class ProtocolSection
{
    // More rows than these would hide the worst case, which is what counts.
    private const int MostAttacksAtOnce = 8;

    public static XElement Of(ReportSubject subject) => Section(
        "protocols", "What the attacks leave",
        Paragraph("Share of images decided right, with Wilson's 95% interval under it, and under an unbounded attack the mean L2 change of the images it broke. A member alone is attacked on its own logits; under an attack's name stands what it differentiated in the ensemble. The worst case is counted image by image over the clean image and every attack with a bounded distance."),
        subject.Evaluation.Protocols.Count == 0 ? Notice($"Not measured: '{subject.Tool} evaluate {subject.Evaluation.Ensemble}' runs the protocols.") : null,
        subject.IsFlattering ? Notice($"The paper's protocol stands alone here and says nothing of security: '{subject.Tool} evaluate {subject.Evaluation.Ensemble} --protocol white_box' puts the honest numbers beside it.") : null,
        Element("div", Class("side-by-side"), subject.Evaluation.Protocols.Select(protocol => Protocol(subject, protocol))));

    private static XElement Protocol(ReportSubject subject, ProtocolResult protocol)
    {
        var data = subject.Evaluation.Data;
        var part = Words.Part(protocol.Images, data.TestImages);
        var threat = ReportSubject.Words(protocol.Rows[^1].Threat!);
        var caption = $"{protocol.Protocol}: accuracy {(protocol.Cumulative ? "left by a row and all before it, and images broken of those attacked, " : "")}on {part} test images of {data.Dataset}";
        string[] systems = [.. ReportSubject.Columns(protocol.Rows[0]).Select(cell => cell.System)];
        var attacks = protocol.Rows.Count(row => row.Kind == RowKind.Attack);
        return Element("article",
            Element("h3", $"{protocol.Protocol}, {threat}"),
            Paragraph($"{protocol.Title}. {char.ToUpperInvariant(part[0])}{part[1..]} test images. Moves away from {(protocol.Labels == LabelPolicy.True ? "the true class" : "the class predicted of the clean image")}."),
            attacks > MostAttacksAtOnce
                ? new[] { Rows(protocol.Rows.Where(row => row.Kind != RowKind.Attack)), Folded($"Each of its {attacks} attacks", Rows(protocol.Rows)) }
                : Rows(protocol.Rows));

        XElement Rows(IEnumerable<RowResult> rows) => Table(
            caption, ["accuracy", .. systems.Select(subject.Header)],
            rows.Select(row => Row(Name(row, subject), systems.Select(system => Cell(subject, row, system, protocol.Cumulative)), Class(Words.SnakeCase(row.Kind)))));
    }

    private static object[] Name(RowResult row, ReportSubject subject) =>
    [
        row.Name,
        row.Cells.FirstOrDefault(cell => cell.System == subject.Evaluation.Ensemble)?.Surface is { } surface ? Small($"on {ReportSubject.Spaced(surface)}") : "",
    ];

    private static XElement Cell(ReportSubject subject, RowResult row, string system, bool isCumulative)
    {
        if (row.Cells.FirstOrDefault(cell => cell.System == system) is not { } cell)
            return Element("td", subject.Emphasis(system), Attribute("title", $"{row.Name} does not apply to {system}"), "-");
        // Breaking an image proves little without the distance it took.
        var distance = row.Threat is { Epsilon: double.PositiveInfinity } && cell.MeanL2 is { } l2 ? Small(Invariant($"L2 {l2:0.00}")) : null;
        return Element("td", subject.Emphasis(system), Words.Percent(cell.Accuracy), Small(isCumulative && row.Kind == RowKind.Attack ? Words.Broken(cell) : cell.Interval.Text), distance);
    }
}
