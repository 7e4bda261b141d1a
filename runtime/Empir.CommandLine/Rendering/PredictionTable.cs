using Empir.CommandLine.Work;
using Empir.Formats;
using Empir.Packed;
using Empir.Specs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Empir.CommandLine.Rendering;

/// <summary>What <c>predict</c> shows: a row per file, and whom the lazy vote asked.</summary>
internal static class PredictionTable
{
    /// <param name="predictions">A row each.</param>
    /// <param name="asked">What the lazy vote cost; null where all members decide, as in TorchSharp.</param>
    public static IEnumerable<IRenderable> Of(IReadOnlyList<Prediction> predictions, PackedStatistics? asked)
    {
        var table = Tables.New().Words("file").Words("class").Numbers("probability");
        foreach (var vote in predictions[0].Votes)
            table.Words(vote.Member);
        foreach (var one in predictions)
            table.Row([one.File, one.Class, Words.Percent(one.Probability), .. one.Votes.Select(vote => $"{vote.Class} ({Words.Percent(vote.Probability)})")]);
        yield return table;
        if (asked is not null)
            yield return new Text($"To decide, the lazy vote asked {string.Join(", ", asked.Members.Select(one => $"{one.Member} about {Words.Count(one.Images)}"))} of {Words.Count(asked.Images)} {(asked.Images == 1 ? "image" : "images")}.\n");
    }

    public static string Json(EnsembleSpec spec, IReadOnlyList<Prediction> predictions, PackedStatistics? asked) =>
        MachineJson.Of(new { Ensemble = spec.Name, Predictions = predictions, Asked = asked?.Members.ToDictionary(one => one.Member, one => one.Images) });
}
