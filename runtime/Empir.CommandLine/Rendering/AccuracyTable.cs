using Empir.CommandLine.Work;
using Empir.Evaluation;
using Spectre.Console;
using static System.FormattableString;

namespace Empir.CommandLine.Rendering;

/// <summary>Accuracy without any attack.</summary>
internal static class AccuracyTable
{
    public static Table Of(IEnumerable<TestAccuracy> accuracies)
    {
        var table = Tables.New().Words("on the whole test set").Numbers("accuracy").Numbers("95% interval");
        foreach (var one in accuracies)
            table.Row(one.System, Words.Percent(one.Accuracy), Tenths(one.Interval));
        return table;
    }

    // On so many images whole percents would hide what is known.
    private static string Tenths(WilsonInterval interval) => Invariant($"{interval.Low * 100:0.0}-{interval.High * 100:0.0}%");
}
