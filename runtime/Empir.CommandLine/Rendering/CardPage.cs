using Empir.Evaluation;
using Empir.Modules;
using Empir.Specs;
using Spectre.Console;
using Spectre.Console.Rendering;
using static System.FormattableString;

namespace Empir.CommandLine.Rendering;

/// <summary>Everything known of an ensemble before it is built.</summary>
internal static class CardPage
{
    public static IEnumerable<IRenderable> Of(EnsembleSpec spec)
    {
        var card = spec.Card;
        yield return Line($"{card.Name}: {card.Description}".TrimEnd(' ', ':'));
        yield return Line($"declared in {card.SpecFile}");
        yield return Text.NewLine;
        yield return Tables.Of(card.Table);
        foreach (var network in card.Networks)
            yield return Tables.Of(network.Table);
        yield return Settings(spec);
    }

    private static long Sum(EnsembleCard card, Func<ClassifierCard, long> value) => card.Members.Sum(member => value(member.Network));

    private static Grid Settings(EnsembleSpec spec)
    {
        var (card, training, evaluation) = (spec.Card, spec.Training, spec.Evaluation);
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Add("input", Invariant($"{card.Members[0].Network.Input.Text}, {card.Members[0].Network.Classes} classes"));
        Add("fusion", card.Fusion);
        foreach (var (subject, facts) in CostText.Of(spec))
            Add(subject, facts);
        Add("training", string.Join(", ", training.Lines.Prepend(training.Dataset)));
        Add("evaluation", Invariant($"{evaluation.Threat.Norm} at most {evaluation.Threat.Epsilon}, {Attacked(evaluation)}"));
        return grid;

        void Add(string subject, string facts) => grid.AddRow(new Text(subject), new Text(facts));
    }

    private static Text Line(string text) => new(text + "\n");

    private static string Attacked(EvaluationSettings evaluation) => evaluation.ImagesByProtocol.Count == 0
        ? $"{Part(evaluation.Images)} test images, protocols {string.Join(", ", evaluation.Protocols.Select(Protocols.Word))}"
        : $"test images by protocol: {string.Join(", ", evaluation.Protocols.Select(protocol => $"{Protocols.Word(protocol)} {Part(evaluation.ImagesOf(protocol))}"))}";

    private static string Part(int? images) => images is { } some ? $"first {Words.Count(some)}" : "all";
}
