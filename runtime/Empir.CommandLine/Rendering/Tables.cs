using Empir.Evaluation;
using Empir.Modules;
using Spectre.Console;

namespace Empir.CommandLine.Rendering;

/// <summary>The look of every table.</summary>
internal static class Tables
{
    public static Table New(string? title = null)
    {
        var table = new Table().Border(TableBorder.Rounded);
        if (title is not null)
            table.Title(new TableTitle(Markup.Escape(title)));
        return table;
    }

    /// <summary>A card's facts.</summary>
    public static Table Of(CardTable facts)
    {
        var table = New(facts.Title);
        foreach (var header in facts.Words)
            table.Words(header);
        foreach (var header in facts.Numbers)
            table.Numbers(header);
        foreach (var row in facts.Rows)
            table.Row(row);
        return table;
    }

    /// <summary>A column of numbers for each member or the ensemble.</summary>
    public static Table Systems(this Table table, IEnumerable<CellResult> cells, EnsembleCard card)
    {
        foreach (var cell in cells)
            table.Numbers($"{cell.System}\n{(card.Members.FirstOrDefault(member => member.Name == cell.System) is { } member ? member.Network.Bits : "ensemble")}");
        return table;
    }

    /// <summary>A column of words.</summary>
    public static Table Words(this Table table, string header) => table.AddColumn(new TableColumn(new Text(header)).LeftAligned());

    /// <summary>A column of numbers.</summary>
    public static Table Numbers(this Table table, string header) => table.AddColumn(new TableColumn(new Text(header)).RightAligned().NoWrap());

    /// <summary>A row of plain text: brackets in a name are not markup.</summary>
    public static Table Row(this Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(cell => new Text(cell)));
}
