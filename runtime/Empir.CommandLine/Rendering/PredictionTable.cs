using Empir.CommandLine.Work;
using Empir.Formats;
using Empir.Specs;
using Spectre.Console;

namespace Empir.CommandLine.Rendering;

/// <summary>What <c>predict</c> shows: a row per file.</summary>
internal static class PredictionTable
{
    public static Table Of(IReadOnlyList<Prediction> predictions)
    {
        var table = Tables.New().Words("file").Words("class").Numbers("probability");
        foreach (var vote in predictions[0].Votes)
            table.Words(vote.Member);
        foreach (var one in predictions)
            table.Row([one.File, one.Class, Words.Percent(one.Probability), .. one.Votes.Select(vote => $"{vote.Class} ({Words.Percent(vote.Probability)})")]);
        return table;
    }

    public static string Json(EnsembleSpec spec, IReadOnlyList<Prediction> predictions) =>
        MachineJson.Of(new { Ensemble = spec.Name, Predictions = predictions });
}
