using Empir.Evaluation;
using Empir.Modules;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Empir.CommandLine.Rendering;

/// <summary>
/// The adaptive protocol's result: the members alone with a row per attack, and the ensemble with a row per attack and surface.
/// Attacks that found nothing left to attack are counted in one row.
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
        var members = protocol.Rows[0].Cells.SkipLast(1).ToArray();
        var systems = members.Select(cell => cell.System).ToArray();
        var table = Tables.New().Words("members alone").Systems(members, card);
        var (rows, idle) = Worked(protocol, systems);
        foreach (var row in rows)
        {
            if (row.Kind == RowKind.WorstCase && idle > 0)
                table.Row(systems.Select(_ => "").Prepend(Idle(idle)));
            table.Row(systems.Select(system => Cell(row, system) is { } cell ? $"{Words.Percent(cell.Accuracy)}\n{Second(row, cell)}" : "")
                .Prepend($"{row.Name}{(row.Kind == RowKind.Attack ? "" : "\n  95% interval")}"));
        }
        return table;
    }

    private static Table Ensemble(ProtocolResult protocol)
    {
        var system = protocol.Rows[0].Cells[^1].System;
        var table = Tables.New().Words($"{system}: attack on surface").Numbers("left").Numbers("broken");
        var (rows, idle) = Worked(protocol, [system]);
        foreach (var row in rows)
        {
            if (row.Kind == RowKind.WorstCase && idle > 0)
                table.Row(Idle(idle), "", "");
            var cell = Cell(row, system)!;
            table.Row(row.Name, Words.Percent(cell.Accuracy), row.Kind == RowKind.Attack ? Words.Broken(cell) : $"95% interval {cell.Interval.Text}");
        }
        return table;
    }

    // The rows of these systems, but for attacks that met no image, which are only counted.
    private static (IReadOnlyList<RowResult> Rows, int Idle) Worked(ProtocolResult protocol, string[] systems)
    {
        var rows = protocol.Rows.Where(row => systems.Any(system => Cell(row, system) is not null)).ToArray();
        RowResult[] worked = [.. rows.Where(row => row.Kind != RowKind.Attack || systems.Any(system => Cell(row, system) is { Tried: > 0 }))];
        return (worked, rows.Length - worked.Length);
    }

    private static string Idle(int attacks) => $"{attacks} more: no image left";

    private static CellResult? Cell(RowResult row, string system) => row.Cells.FirstOrDefault(cell => cell.System == system);

    private static string Second(RowResult row, CellResult cell) => row.Kind == RowKind.Attack ? Words.Broken(cell) : cell.Interval.Text;
}
