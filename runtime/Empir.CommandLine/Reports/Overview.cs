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

    /// <summary>The headline, or where its protocols did not run, what can be said without them.</summary>
    private static string Sentence(ReportSubject subject)
    {
        var evaluation = subject.Evaluation;
        if (Headline.Of(evaluation) is { } headline)
            return headline;
        if (subject.IsFlattering)
            return $"Only the paper's protocol was run, and its numbers overstate a defence. '{subject.Tool} evaluate {evaluation.Ensemble} --protocol white_box' measures the rest.";
        return evaluation.Protocols.LastOrDefault(protocol => !ReportSubject.IsPaper(protocol)) is { } honest
            ? $"{evaluation.Ensemble} keeps {Words.Percent(honest.Rows[^1].Cells[^1].Accuracy)} of {Words.Count(honest.Images)} images under every bounded attack of the protocol {honest.Protocol}."
            : "No protocol was run.";
    }

    private static XElement Figures(EvaluationReport evaluation) => Element("ul", Class("figures"),
        Figure("clean", evaluation.Clean.Cells[^1], $"without an attack, all {Words.Count(evaluation.Data.TestImages)} test images", null),
        evaluation.Protocols.Select(protocol => Figure(
            $"{protocol.Protocol}, worst case", protocol.Rows[^1].Cells[^1], ReportSubject.Words(protocol.Rows[^1].Threat!), Average(protocol))));

    private static XElement Figure(string name, CellResult cell, string remark, string? second) => Element("li",
        Element("strong", Words.Percent(cell.Accuracy)), Element("span", name), Small(remark), second is null ? null : Small(second),
        Small($"95% interval {cell.Interval.Text}"));

    private static string? Average(ProtocolResult protocol) => ReportSubject.IsPaper(protocol)
        ? $"average over its attacks {Words.Percent(protocol.AverageOverAttacks)}"
        : null;
}
