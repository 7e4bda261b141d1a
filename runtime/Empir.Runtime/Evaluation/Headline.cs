using System.Globalization;

namespace Empir.Evaluation;

/// <summary>The sentences under the tables: never the paper's number without an honest one beside it.</summary>
public static class Headline
{
    // Accuracies closer than this are called nearly the same, if chance could have parted them.
    private const double Near = 0.02;

    /// <summary>
    /// Says what the protocols leave of the ensemble: the adaptive one beside the paper's and the white-box one, or where it did not run,
    /// the white-box one and that stronger attacks were not tried. Null where nothing but the paper's ran, which is not to stand alone.
    /// </summary>
    /// <param name="report">The evaluation.</param>
    public static string? Of(EvaluationReport report)
    {
        var (paper, honest) = (Find(report, "paper"), Find(report, "white_box"));
        var adaptive = report.Protocols.Where(result => result.Protocol == Protocol.AdaptiveName).ToArray();
        if (adaptive.Length > 0)
            return Adaptive(report, paper, honest, adaptive);
        return honest is null ? null : WhiteBox(report, paper, honest);
    }

    private static string WhiteBox(EvaluationReport report, ProtocolResult? paper, ProtocolResult honest)
    {
        var worst = Worst(honest);
        return Text($"{report.Ensemble} at {At(honest)}: {(paper is null ? "" : Paper(report, paper))}white-box attacks together {100 * worst.Accuracy:F1}%{On(report, honest)} ({Range(worst.Interval)}). ")
            + (paper is null ? "" : $"{Survivors(report, Radius(honest))} survive every bounded attack of both. ")
            + "Adaptive attacks were not run; they leave no more, and often far less.";
    }

    // Only at a common radius can protocols be compared; what another radius leaves is said after it.
    private static string Adaptive(EvaluationReport report, ProtocolResult? paper, ProtocolResult? honest, ProtocolResult[] adaptive)
    {
        var compared = adaptive.FirstOrDefault(result => (paper ?? honest) is { } other && Radius(other) == Radius(result)) ?? adaptive[^1];
        var (left, interval) = (100 * Worst(compared).Accuracy, Worst(compared).Interval);
        var others = adaptive.Where(result => result != compared).Select(result => Text(
            $" At {At(result)} adaptive attacks leave {100 * Worst(result).Accuracy:F1}%{On(report, result)} ({Range(Worst(result).Interval)})."));
        return Text($"{report.Ensemble} at {At(compared)}: {Claim(report, paper, honest)}adaptive attacks together {left:F1}%{On(report, compared)} ({Range(interval)}){Verdict(report, paper, honest, compared)}. {Survivors(report, Radius(compared))} survive every attack of every protocol at this radius or a smaller one.")
            + string.Concat(others);
    }

    private static string Claim(EvaluationReport report, ProtocolResult? paper, ProtocolResult? honest) =>
        paper is not null ? Paper(report, paper)
        : honest is not null ? Text($"white-box protocol {100 * Worst(honest).Accuracy:F1}%{On(report, honest)}, ")
        : "";

    private static string Paper(EvaluationReport report, ProtocolResult paper) =>
        Text($"paper protocol {Average(paper):F1}%{On(report, paper)} (the average of its attacks), ");

    // Two numbers on the same images differ only if more than chance says so, and masking is named only where something shows it.
    private static string Verdict(EvaluationReport report, ProtocolResult? paper, ProtocolResult? honest, ProtocolResult adaptive)
    {
        if ((paper ?? honest) is not { } other)
            return "";
        var shared = Math.Min(other.Images, adaptive.Images);
        var (claimed, left) = (First(Worst(other), shared), First(Worst(adaptive), shared));
        var name = paper is null ? "white-box attacks" : "paper's attacks";
        switch (SignTest.Compare(claimed.Right, left.Right))
        {
            case > 0 when paper is null:
                return ": the difference is weaker attacks, not robustness";
            case > 0:
                return IsMasking(report, honest, left)
                    ? ": the difference is masking, not robustness"
                    : ": the difference is the paper's weaker attacks and surfaces, not robustness";
            case < 0:
                return Text($": the {name} together leave fewer, {100 * claimed.Accuracy:F1}%");
        }
        if (paper is not null && Average(paper) > 100 * left.Interval.High)
            return Text($": the difference is averaging over weak attacks, not robustness; the paper's attacks together leave {100 * claimed.Accuracy:F1}%");
        return Math.Abs(claimed.Accuracy - left.Accuracy) <= Near
            ? Text($": nearly the same as the {name} together, {100 * claimed.Accuracy:F1}%")
            : Text($": the {name} together leave {100 * claimed.Accuracy:F1}%, which {claimed.Right.Length} images cannot tell apart");
    }

    // The checks decide where they were made; else that honest gradients, too, miss what others find.
    private static bool IsMasking(EvaluationReport report, ProtocolResult? honest, CellResult left) =>
        report.Masking is { } checks && checks.Any(check => check.Verdict != MaskingVerdict.NotMeasured)
            ? checks.Any(check => check.Verdict == MaskingVerdict.Tripped)
            : honest is not null && SignTest.Compare(Worst(honest).Right, left.Right) > 0;

    private static ProtocolResult? Find(EvaluationReport report, string name) => report.Protocols.FirstOrDefault(result => result.Protocol == name);

    private static CellResult Worst(ProtocolResult result) => result.Rows.Single(row => row.Kind == RowKind.WorstCase).Cells[^1];

    private static double Radius(ProtocolResult result) => result.Rows.Single(row => row.Kind == RowKind.WorstCase).Threat!.Epsilon;

    private static string At(ProtocolResult result) => Text($"{result.Rows.Single(row => row.Kind == RowKind.WorstCase).Threat!.Norm} {Radius(result):G4}");

    private static double Average(ProtocolResult protocol) => 100 * protocol.AverageOverAttacks;

    // Image by image over all tables, on the images that all attacked: no surface is the strongest one for every image.
    private static string Survivors(EvaluationReport report, double radius)
    {
        var results = report.Protocols.Where(result => Radius(result) <= radius).ToArray();
        var shared = results.Min(result => result.Images);
        var left = Enumerable.Range(0, shared).Count(image => results.All(result => Worst(result).Right[image] == '1'));
        return Text($"{100.0 * left / shared:F1}% of the {(IsUneven(report) ? Text($"first {shared:N0} ") : "")}images");
    }

    // Said only where protocols attack different numbers of images.
    private static string On(EvaluationReport report, ProtocolResult result) => IsUneven(report) ? Text($" on {result.Images:N0} images") : "";

    private static bool IsUneven(EvaluationReport report) => report.Protocols.Any(result => result.Images != report.Data.Images);

    private static CellResult First(CellResult cell, int images)
    {
        var right = cell.Right[..images];
        return cell with { Right = right, Accuracy = (double)right.Count(image => image == '1') / images };
    }

    private static string Range(WilsonInterval interval) => $"95% interval {interval.Text}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
