using System.Xml.Linq;
using Empir.Evaluation;
using static System.FormattableString;
using static Empir.CommandLine.Reports.Html;

namespace Empir.CommandLine.Reports;

/// <summary>Accuracy at growing radii: a curve per system, and the values under it.</summary>
internal static class LadderSection
{
    private const string Title = "Down to zero";

    public static XElement Of(ReportSubject subject)
    {
        if (subject.Evaluation.Ladder is not { Count: > 0 } ladder)
            return Section("ladder", Title, Notice($"Not measured: '{subject.Tool} evaluate {subject.Evaluation.Ensemble} --ladder' attacks at growing radii."));
        // It ends where nothing is left, which may be where it begins.
        if (ladder is [var clean])
            return Section("ladder", Title, Paragraph(Element("strong", Finding(subject.Evaluation.Ensemble, [clean]))));
        var part = Words.Part(subject.Evaluation.HonestImages, subject.Evaluation.Data.TestImages);
        return Section("ladder", Title,
            Paragraph($"PGD at growing radii; what a smaller radius broke stays broken. An attack that works leaves nothing once the ball holds any image; a curve that stays up is a sign of masked gradients. {char.ToUpperInvariant(part[0])}{part[1..]} test images."),
            Paragraph(Element("strong", Finding(subject.Evaluation.Ensemble, ladder))),
            Element("figure", Class("plot"),
                LadderPlot.Of(ladder, subject.Evaluation.Ensemble),
                Element("figcaption", $"Accuracy against the radius in {ladder[^1].Threat!.Norm}. The band is the 95% interval of {subject.Evaluation.Ensemble}.")),
            Folded("The values", Table(
                "Accuracy and 95% interval at each radius",
                ["epsilon", .. ReportSubject.Columns(ladder[0]).Select(cell => subject.Header(cell.System))],
                ladder.Select(row => Row(
                    Invariant($"{row.Threat?.Epsilon ?? 0:G4}"),
                    ReportSubject.Columns(row).Select(cell => Element("td", subject.Emphasis(cell.System), Words.Percent(cell.Accuracy), Small(cell.Interval.Text))))))));
    }

    private static string Finding(string ensemble, IReadOnlyList<RowResult> ladder)
    {
        var left = ladder[^1].Cells[^1].Accuracy;
        var radius = Invariant($"{ladder.FirstOrDefault(row => row.Cells[^1].Accuracy == 0)?.Threat?.Epsilon ?? ladder[^1].Threat?.Epsilon ?? 0:G4}");
        return left == 0
            ? $"Nothing is left of {ensemble} at epsilon {radius}."
            : $"{Words.Percent(left)} of the images survive even epsilon {radius}, the largest that was tried: the attack is too weak for a claim about {ensemble}.";
    }
}
