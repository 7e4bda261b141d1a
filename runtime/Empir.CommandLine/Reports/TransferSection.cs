using System.Xml.Linq;
using Empir.Evaluation;
using static System.FormattableString;
using static Empir.CommandLine.Reports.Html;

namespace Empir.CommandLine.Reports;

/// <summary>
/// The transfer matrix as a heat map. It is a table rather than a drawing: it can be read aloud and copied, it fits any width,
/// and every shade has its number in it.
/// </summary>
internal static class TransferSection
{
    private const string Title = "One member's images, another's decision";

    public static XElement Of(ReportSubject subject)
    {
        if (subject.Evaluation.Transfer is not { Count: > 0 } transfer)
            return Section("transfer", Title, Notice($"Not measured: '{subject.Tool} evaluate {subject.Evaluation.Ensemble} --transfer' lets every system decide the images crafted on each member."));
        return Section("transfer", Title,
            Paragraph("Images crafted on one member with white-box PGD, decided by every system. A vote is worth little where members fall for the same images: the redder a cell, the fewer were decided right."),
            Element("div", Class("heat"), Table(
                $"Accuracy on images crafted on another, {Words.Part(subject.Evaluation.HonestImages, subject.Evaluation.Data.TestImages)} test images; {ReportSubject.Words(transfer[0].Threat!)}",
                ["crafted on", .. ReportSubject.Columns(transfer[0]).Select(cell => subject.Header(cell.System))],
                transfer.Select(row => Row(row.Name, ReportSubject.Columns(row).Select(cell => Cell(subject, row, cell)))))));
    }

    private static XElement Cell(ReportSubject subject, RowResult row, CellResult cell) => Element("td",
        subject.Emphasis(cell.System), Attribute("style", Invariant($"--broken: {1 - cell.Accuracy:0.###}")),
        Attribute("title", $"crafted on {row.Name}, decided by {cell.System}: 95% interval {cell.Interval.Text}"),
        Words.Percent(cell.Accuracy));
}
