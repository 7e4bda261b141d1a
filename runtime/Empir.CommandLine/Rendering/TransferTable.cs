using Empir.Evaluation;
using Empir.Modules;
using Spectre.Console;
using Spectre.Console.Rendering;
using static System.FormattableString;

namespace Empir.CommandLine.Rendering;

/// <summary>Accuracies on images crafted on one member: a row per member they were crafted on, a column per system that decides.</summary>
internal static class TransferTable
{
    public static IEnumerable<IRenderable> Of(IReadOnlyList<RowResult> transfer, EvaluationReport report, EnsembleCard card)
    {
        var table = Tables.New().Words("crafted on").Systems(transfer[0].Cells, card);
        foreach (var row in transfer)
            table.Row(row.Cells.Select(cell => Words.Percent(cell.Accuracy)).Prepend(row.Name));
        yield return new Text(Invariant($"transfer: PGD with {transfer[0].Threat!.Norm} at most {transfer[0].Threat!.Epsilon}, crafted on one member, decided by another; {Words.Part(report.HonestImages, report.Data.TestImages)} test images\n"));
        yield return table;
    }
}
