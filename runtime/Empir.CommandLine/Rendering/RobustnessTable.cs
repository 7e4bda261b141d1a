using System.Globalization;
using Empir.Evaluation;
using Empir.Modules;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Empir.CommandLine.Rendering;

/// <summary>One protocol's result: a row per attack, clean accuracy first, and a column per system.</summary>
internal static class RobustnessTable
{
    public static IEnumerable<IRenderable> Of(ProtocolResult protocol, EvaluationReport report, EnsembleCard card) =>
        [new Text(Title(protocol, report)), Cells(protocol, card)];

    private static Table Cells(ProtocolResult protocol, EnsembleCard card)
    {
        var table = Tables.New().Words("accuracy").Systems(protocol.Rows[0].Cells, card);
        foreach (var row in protocol.Rows)
            table.Row(row.Cells.Select(cell => $"{Words.Percent(cell.Accuracy)}{Second(row, cell)}")
                .Prepend($"{row.Name}{SecondName(row)}"));
        return table;
    }

    public static string Title(ProtocolResult protocol, EvaluationReport report)
    {
        var threat = protocol.Rows[^1].Threat!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{protocol.Protocol}: {protocol.Title}\n{threat.Norm} at most {threat.Epsilon}; {Words.Part(protocol.Images, report.Data.TestImages)} test images of {report.Data.Dataset}\n");
    }

    // The interval stands under the two rows that make a claim; under every row it would bury them.
    private static string SecondName(RowResult row) =>
        IsUnbounded(row) ? "\n  mean L2 of the images it broke" : row.Kind != RowKind.Attack ? "\n  95% interval" : "";

    private static string Second(RowResult row, CellResult cell) =>
        IsUnbounded(row) ? $"\n{Distance(cell.MeanL2)}" : row.Kind != RowKind.Attack ? $"\n{cell.Interval.Text}" : "";

    // Breaking an image proves little without the distance it took.
    private static bool IsUnbounded(RowResult row) => row.Threat is { Epsilon: double.PositiveInfinity };

    private static string Distance(double? l2) => l2 is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) : "-";
}
