using System.Xml.Linq;
using Empir.Evaluation;
using static Empir.CommandLine.Reports.Html;

namespace Empir.CommandLine.Reports;

/// <summary>The top of the page: the one sentence, and the figures it is made of, the flattering beside the honest.</summary>
internal static class Overview
{
    public static XElement Of(ReportSubject subject, IReadOnlyList<XElement> links)
    {
        var evaluation = subject.Evaluation;
        return Element("header",
            Element("h1", evaluation.Ensemble),
            subject.Spec.Card.Description.Length > 0 ? Paragraph(Class("description"), subject.Spec.Card.Description) : null,
            Paragraph(Class("headline"), Sentence(subject)),
            subject.IsOfAnotherSpec
                ? Notice($"{subject.Spec.Card.SpecFile} has changed since this evaluation: the numbers are of the spec as it was, bits and costs on this page of the spec as it is now.")
                : null,
            evaluation.Protocols.Count > 0 && !subject.IsFlattering ? Figures(evaluation) : null,
            Element("nav", Attribute("aria-label", "Contents"), Element("ul", links.Select(link => Element("li", link)))));
    }

    // The headline, or where its protocols did not run, what can be said without them.
    private static string Sentence(ReportSubject subject)
    {
        var evaluation = subject.Evaluation;
        return Headline.Of(evaluation)
            ?? (subject.IsFlattering
                ? $"Only the paper's protocol was run, and its numbers overstate a defence. '{subject.Tool} evaluate {evaluation.Ensemble} --protocol white_box' measures the rest."
                : "No protocol was run.");
    }

    private static XElement Figures(EvaluationReport evaluation) => Element("ul", Class("figures"),
        Figure("clean", evaluation.Clean.Cells[^1], "without an attack", null),
        evaluation.Protocols.Select(protocol => Figure(
            $"{protocol.Protocol}, worst case", protocol.Rows[^1].Cells[^1], ReportSubject.Words(protocol.Rows[^1].Threat!), Average(protocol))));

    private static XElement Figure(string name, CellResult cell, string remark, string? second) => Element("li",
        Element("strong", Words.Percent(cell.Accuracy)), Element("span", name), Small(remark), second is null ? null : Small(second),
        Small($"95% interval {cell.Interval.Text}"), Small($"of {Words.Count(cell.Right.Length)} images"));

    private static string? Average(ProtocolResult protocol) => ReportSubject.IsPaper(protocol)
        ? $"average over its attacks {Words.Percent(protocol.AverageOverAttacks)}"
        : null;
}
