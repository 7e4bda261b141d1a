using System.Globalization;

namespace Empir.Evaluation;

/// <summary>The sentence under the tables: never the paper's number without the honest one beside it.</summary>
public static class Headline
{
    /// <summary>Says what both protocols leave of the ensemble, or null where one of them did not run.</summary>
    /// <param name="report">The evaluation.</param>
    public static string? Of(EvaluationReport report)
    {
        if (Protocol("paper") is not { } paper || Protocol("white_box") is not { } honest)
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Ensemble} keeps {Average(paper):F1}% on average over the four attacks by the paper's protocol, {Average(honest):F1}% when they use all members and the true labels; {Survivors(paper, honest):F1}% of the images survive every bounded attack of both. An adaptive attacker leaves no more.");

        ProtocolResult? Protocol(string name) => report.Protocols.FirstOrDefault(result => result.Protocol == name);
    }

    // The paper's own summary: the mean accuracy over its attacks.
    private static double Average(ProtocolResult protocol) =>
        100 * protocol.Rows.Where(row => row.Kind == RowKind.Attack).Average(row => row.Cells[^1].Accuracy);

    // Image by image over both tables: neither surface is the stronger one for every image.
    private static double Survivors(ProtocolResult paper, ProtocolResult honest)
    {
        var survived = Right(paper).Zip(Right(honest), (one, other) => one == '1' && other == '1').ToArray();
        return 100.0 * survived.Count(right => right) / survived.Length;

        static string Right(ProtocolResult protocol) => protocol.Rows.Single(row => row.Kind == RowKind.WorstCase).Cells[^1].Right;
    }
}
