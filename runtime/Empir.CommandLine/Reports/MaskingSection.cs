using System.Xml.Linq;
using Empir.Evaluation;
using static System.FormattableString;
using static Empir.CommandLine.Reports.Html;

namespace Empir.CommandLine.Reports;

/// <summary>Whether the gradients that the attacks followed can be trusted: each check's verdict, finding and evidence.</summary>
internal static class MaskingSection
{
    private const string Title = "Is it robustness or masking?";

    public static XElement Of(ReportSubject subject)
    {
        if (subject.Evaluation.Masking is not { } checks)
            return Section("masking", Title, Notice($"Not measured: '{subject.Tool} evaluate {subject.Evaluation.Ensemble} --masking' runs the checks."));
        var tripped = checks.Count(check => check.Verdict == MaskingVerdict.Tripped);
        var measured = checks.Count(check => check.Verdict != MaskingVerdict.NotMeasured);
        return Section("masking", Title,
            Paragraph("Gradients that say nothing let attacks fail without making a system robust. Each check looks for one sign of it."),
            Paragraph("The gradients checked are those of the ensemble's mean probabilities, which the white-box protocol follows."),
            Paragraph(Element("strong", measured == 0
                ? "Not measured: too few images are decided right."
                : Invariant($"{tripped} of {measured} checks tripped{(tripped > 0 ? ": accuracies above are what attacks left, not what the ensemble withstands." : ".")}"))),
            Element("ul", Class("checks"), checks.Select(Check)));
    }

    private static XElement Check(MaskingCheck check) => Element("li", Class(Words.SnakeCase(check.Verdict)),
        Element("span", Class("verdict"), ReportSubject.Spaced(Words.SnakeCase(check.Verdict))),
        Element("div",
            Element("h3", ReportSubject.Spaced(check.Name)),
            Paragraph(check.Finding),
            check.Evidence.Count == 0 ? null : Folded("Evidence", Table(
                $"Evidence of {ReportSubject.Spaced(check.Name)}", ["what", "value"],
                check.Evidence.Select(figure => Row(figure.What, [Invariant($"{figure.Value:G4}")]))))));
}
