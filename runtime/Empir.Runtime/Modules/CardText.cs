using static System.FormattableString;

namespace Empir.Modules;

/// <summary>Cards as tables and as text that a snapshot can hold: the same for the same networks on every machine.</summary>
internal static class CardText
{
    public static string Of(EnsembleCard card) => Joined(
        card.Description.Length == 0 ? card.Name : $"{card.Name}: {card.Description}",
        $"input {card.Members[0].Network.Input.Text}; {card.Members[0].Network.Classes} classes",
        $"fusion {card.Fusion}",
        "",
        Joined(Table(card).Lines().Prepend(Table(card).Title)),
        Joined(card.Networks.Select(network => "\n" + Of(network))));

    // What a layer does besides its shape and cost stands last, where its length disturbs no column.
    public static string Of(ClassifierCard network) => Joined(
        Table(network).Lines().Zip([.. network.Layers.Select(layer => layer.Settings).Prepend("settings"), ""], (line, settings) => $"{line}  {settings}")
            .Prepend(Table(network).Title));

    public static CardTable Table(EnsembleCard card) => new(
        "members",
        ["member", "network", "bits"], ["seed", "parameters", "MACs", "bytes"],
        [
            .. card.Members.Select(member => (string[])
            [
                member.Name, Title(member.Network), member.Network.Bits,
                Count(member.Seed), Count(member.Network.Parameters), Count(member.Network.Macs), Count(member.Network.Bytes),
            ]),
            [
                "all", "", "",
                "", Count(card.Members.Sum(member => member.Network.Parameters)),
                Count(card.Members.Sum(member => member.Network.Macs)), Count(card.Members.Sum(member => member.Network.Bytes)),
            ],
        ]);

    public static CardTable Table(ClassifierCard network) => new(
        Title(network),
        ["layer", "type", "bits"], ["output", "parameters", "MACs", "bytes"],
        [
            .. network.Layers.Select(layer => (string[])
            [
                layer.Name, layer.Type, layer.Bits,
                string.Join(" x ", layer.OutputShape), CountUnlessNone(layer.Parameters), CountUnlessNone(layer.Macs), CountUnlessNone(layer.Bytes),
            ]),
            ["total", "", "", "", Count(network.Parameters), Count(network.Macs), Count(network.Bytes)],
        ]);

    public static string Bits(int weights, int activations, string quantizers = "") => (weights, activations) switch
    {
        (0, _) => "",
        (32, 32) => "32-bit",
        _ => Invariant($"w{weights} a{activations}{(quantizers is "" or "dorefa" or "dorefa/none" or "none/dorefa" ? "" : " " + quantizers)}"),
    };

    private static string Title(ClassifierCard network) => $"{network.Architecture} {network.Precision}";

    private static string Count(long value) => Invariant($"{value:#,0}");

    // Zeros would hide the layers that cost something.
    private static string CountUnlessNone(long value) => value == 0 ? "" : Count(value);

    private static string Joined(params IEnumerable<string> lines) => string.Join('\n', lines.Select(line => line.TrimEnd(' ')));
}
