using System.Globalization;

namespace Empir.Evaluation;

/// <summary>The sentence under the tables: never the paper's number without the honest one beside it.</summary>
public static class Headline
{
    /// <summary>Says what both protocols leave of the ensemble under PGD, or null where one of them did not run.</summary>
    /// <param name="report">The evaluation.</param>
    public static string? Of(EvaluationReport report)
    {
        if (Left("paper") is not { } paper || Left("white_box") is not { } honest)
            return null;
        return string.Create(CultureInfo.InvariantCulture,
            $"{report.Ensemble} under the worst of FGSM, BIM and PGD: {paper * 100:0.0}% by the paper's protocol, {honest * 100:0.0}% when the same attacks use all members and the true labels. An adaptive attacker leaves less still.");

        double? Left(string protocol) => report.Protocols.FirstOrDefault(result => result.Protocol == protocol)?
            .Rows.Single(row => row.Kind == RowKind.WorstCase).Cells[^1].Accuracy;
    }
}
