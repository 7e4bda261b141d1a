using Empir.CommandLine.Work;
using Spectre.Console;

namespace Empir.CommandLine.Rendering;

/// <summary>Accuracy without any attack.</summary>
internal static class AccuracyTable
{
    public static Table Of(IEnumerable<TestAccuracy> accuracies)
    {
        var table = Tables.New().Words("on the whole test set").Numbers("accuracy");
        foreach (var one in accuracies)
            table.Row(one.System, Words.Percent(one.Accuracy));
        return table;
    }
}
