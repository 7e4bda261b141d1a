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
        yield return Members(card);
        foreach (var network in card.Members.Select(member => member.Network).Distinct())
            yield return Layers(network);
        yield return Settings(spec);
    }

    private static Table Members(EnsembleCard card)
    {
        var table = Tables.New("members").Words("member").Words("network").Words("bits").Numbers("seed")
            .Numbers("parameters").Numbers("MACs").Numbers("bytes");
        foreach (var member in card.Members)
            table.Row(
                member.Name, $"{member.Network.Architecture} {member.Network.Precision}", Bits.Of(member.Network),
                Words.Count(member.Seed), Words.Count(member.Network.Parameters), Words.Count(member.Network.Macs), Words.Count(member.Network.Bytes));
        return table.Row(
            "all", "", "", "", Words.Count(Sum(card, network => network.Parameters)),
            Words.Count(Sum(card, network => network.Macs)), Words.Count(Sum(card, network => network.Bytes)));
    }

    private static long Sum(EnsembleCard card, Func<ClassifierCard, long> value) => card.Members.Sum(member => value(member.Network));

    private static Table Layers(ClassifierCard network)
    {
        var table = Tables.New($"{network.Architecture} {network.Precision}").Words("layer").Words("type").Words("bits").Numbers("output")
            .Numbers("parameters").Numbers("MACs").Numbers("bytes");
        foreach (var layer in network.Layers)
            table.Row(
                layer.Name, layer.Type, Bits.Of(layer), string.Join(" x ", layer.OutputShape),
                Count(layer.Parameters), Count(layer.Macs), Count(layer.Bytes));
        return table.Row("total", "", "", "", Words.Count(network.Parameters), Words.Count(network.Macs), Words.Count(network.Bytes));
    }

    // Zeros would hide the layers that cost something.
    private static string Count(long value) => value == 0 ? "" : Words.Count(value);

    private static Grid Settings(EnsembleSpec spec)
    {
        var (card, training, evaluation) = (spec.Card, spec.Training, spec.Evaluation);
        var input = card.Members[0].Network.Input;
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Add("input", Invariant($"{input.Channels} x {input.Height} x {input.Width}, pixels from {input.Minimum} to {input.Maximum}, {card.Members[0].Network.Classes} classes"));
        Add("fusion", card.Fusion);
        foreach (var (subject, facts) in CostText.Of(spec))
            Add(subject, facts);
        Add("training", Invariant($"{training.Dataset}, {training.Epochs} epochs, batches of {training.BatchSize}, Adam with learning rate {training.Optimizer.LearningRate}"));
        Add("evaluation", Invariant($"{evaluation.Threat.Norm} at most {evaluation.Threat.Epsilon}, {(evaluation.Images is { } images ? $"first {Words.Count(images)}" : "all")} test images, protocols {string.Join(", ", evaluation.Protocols.Select(Protocols.Word))}"));
        return grid;

        void Add(string subject, string facts) => grid.AddRow(new Text(subject), new Text(facts));
    }

    private static Text Line(string text) => new(text + "\n");
}
