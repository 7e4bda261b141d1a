using Empir.Evaluation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Empir.CommandLine.Rendering;

/// <summary>The masking checks: a row each, with what it found in a sentence.</summary>
internal static class MaskingTable
{
    public static IEnumerable<IRenderable> Of(IReadOnlyList<MaskingCheck> checks)
    {
        var table = Tables.New().Words("check").Words("verdict").Words("finding");
        foreach (var check in checks)
            table.Row(check.Name.Replace('_', ' '), Verdict(check.Verdict), check.Finding);
        var tripped = checks.Count(check => check.Verdict == MaskingVerdict.Tripped);
        var measured = checks.Count(check => check.Verdict != MaskingVerdict.NotMeasured);
        yield return new Text(
            "masking: can the gradients of the ensemble's mean probabilities be trusted?\n"
            + (measured == 0 ? "not measured: too few images are decided right\n" : $"{tripped} of {measured} checks tripped{(tripped > 0 ? "; white-box accuracies may be too high" : "")}\n"));
        yield return table;
    }

    private static string Verdict(MaskingVerdict verdict) => verdict switch
    {
        MaskingVerdict.Tripped => "TRIPPED",
        MaskingVerdict.Clear => "clear",
        _ => "not measured",
    };
}
