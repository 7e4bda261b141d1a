using System.Xml.Linq;
using Empir.CommandLine.Rendering;
using Empir.Modules;
using static Empir.CommandLine.Reports.Html;

namespace Empir.CommandLine.Reports;

/// <summary>What the ensemble is and costs: members, layers, bits, parameters, bytes.</summary>
internal static class CardSection
{
    public static XElement Of(ReportSubject subject)
    {
        var card = subject.Spec.Card;
        return Section("card", "What it is and costs",
            Facts([
                ("declared in", Code(card.SpecFile)),
                ("input", $"{card.Members[0].Network.Input.Text}; {Words.Count(card.Members[0].Network.Classes)} classes"),
                ("fusion", card.Fusion),
                .. CostText.Of(subject.Spec).Select(line => (line.Subject, (object)line.Facts)),
            ]),
            TableOf(card.Table),
            card.Networks.Select(network => Folded($"Layers of {network.Table.Title}", TableOf(network.Table))));
    }

    private static XElement TableOf(CardTable table) => Table(
        table.Title, [.. table.Words.Select(WordHeader), .. table.Numbers],
        table.Rows.Select((row, index) => Row(
            row[0], row.Skip(1).Select((cell, column) => Element("td", column + 1 < table.Words.Count ? Class("words") : null, cell)),
            index == table.Rows.Count - 1 ? Class("total") : null)));
}
