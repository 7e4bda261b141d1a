using Empir.Evaluation;
using Empir.Modules;
using Spectre.Console;
using Spectre.Console.Rendering;
using static System.FormattableString;

namespace Empir.CommandLine.Rendering;

/// <summary>Accuracies under one attack at growing radii: a row per radius, a column per system.</summary>
internal static class LadderTable
{
    public static IEnumerable<IRenderable> Of(IReadOnlyList<RowResult> ladder, EvaluationReport report, EnsembleCard card)
    {
        var table = Tables.New().Words("epsilon").Systems(ladder[0].Cells, card);
        foreach (var row in ladder)
            table.Row(row.Cells.Select(cell => $"{Words.Percent(cell.Accuracy)}\n{cell.Interval.Text}")
                .Prepend(Invariant($"{row.Threat?.Epsilon ?? 0:G4}")));
        yield return new Text($"ladder: PGD at growing radii; what a smaller radius broke stays broken\naccuracy and 95% interval; {Words.Part(report.HonestImages, report.Data.TestImages)} test images\n");
        yield return table;
    }
}
