using Empir.Evaluation;
using Empir.Modules;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Empir.CommandLine.Rendering;

/// <summary>
/// The adaptive protocol's result: the members alone with a row per attack, and the ensemble with a row per attack and surface.
/// Attacks that found nothing left are counted in one row.
/// </summary>
internal static class AdaptiveTable
{
    public static IEnumerable<IRenderable> Of(ProtocolResult protocol, EvaluationReport report, EnsembleCard card) =>
    [
        new Text(RobustnessTable.Title(protocol, report)),
        new Text($"accuracy {(protocol.Cumulative ? "left by a row and all before it" : "each attack alone leaves")}; images broken of those attacked\n"),
        Members(protocol, card),
        Ensemble(protocol),
    ];

    private static Table Members(ProtocolResult protocol, EnsembleCard card)
    {
        var systems = protocol.Rows[0].Cells.SkipLast(1).Select(cell => cell.System).ToArray();
        var table = Tables.New().Words("members alone");
        foreach (var system in systems)
            table.Numbers(Tables.SystemHeader(system, card));
        foreach (var row in protocol.Rows.Where(row => systems.Any(system => Cell(row, system) is not null)))
            table.Row(systems.Select(system => Cell(row, system) is { } cell ? $"{Words.Percent(cell.Accuracy)}\n{Second(row, cell)}" : "")
                .Prepend($"{row.Name}{(row.Kind == RowKind.Attack ? "" : "\n  95% interval")}"));
        return table;
    }

    private static Table Ensemble(ProtocolResult protocol)
    {
        var system = protocol.Rows[0].Cells[^1].System;
        var table = Tables.New().Words($"{system}: attack on surface").Numbers("left").Numbers("broken of attacked");
        var idle = 0;
        foreach (var row in protocol.Rows)
        {
            if (Cell(row, system) is not { } cell)
                continue;
            if (row.Kind == RowKind.Attack && cell.Tried == 0)
            {
                idle++;
                continue;
            }
            if (row.Kind == RowKind.WorstCase && idle > 0)
                table.Row($"{idle} more attacks", "", "nothing left to attack");
            table.Row(row.Name, Words.Percent(cell.Accuracy), row.Kind == RowKind.Attack ? Broken(cell) : $"95% interval {Words.Interval(cell.Interval)}");
        }
        return table;
    }

    private static CellResult? Cell(RowResult row, string system) => row.Cells.FirstOrDefault(cell => cell.System == system);

    private static string Second(RowResult row, CellResult cell) => row.Kind == RowKind.Attack ? Broken(cell) : Words.Interval(cell.Interval);

    // What was not attacked is not right, so the rest of those attacked is what survived.
    private static string Broken(CellResult cell) =>
        FormattableString.Invariant($"{cell.Tried - cell.Right.Count(image => image == '1')} of {cell.Tried}");
}
