using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;

namespace Empir.Generator.Checking.Layers;

/// <summary>A layer as declared: its rule and its keys.</summary>
internal sealed record DeclaredLayer(LayerRule Rule, Fields Fields);

/// <summary>A layer: its <c>type</c> decides which keys it may have.</summary>
internal sealed class LayerForm : Form<DeclaredLayer?>
{
    /// <summary>Every layer type of the language.</summary>
    public static IReadOnlyList<LayerRule> Rules { get; } =
    [
        new ConvolutionRule(),
        new LinearRule(),
        new ReluRule(),
        new PoolRule("max_pool2d", PoolKind.Max, "Largest value under each window."),
        new PoolRule("avg_pool2d", PoolKind.Average, "Mean under each window; padding counts."),
        new BatchNormRule(),
        new FlattenRule(),
        new DropoutRule(),
    ];

    private static readonly ChoiceForm Types = new([.. Rules.Select(rule => rule.Type)]);

    public override string Expected => "a layer such as { type: relu }";

    public override bool TryRead(YamlNode node, Place place, Report report, out DeclaredLayer? value)
    {
        value = null;
        if (node is not YamlMapping mapping)
        {
            ReportWrongType(node, place, report);
            return false;
        }
        if (mapping.Entries.FirstOrDefault(entry => entry.Key.Text == "type") is not { } type)
        {
            report.Add(Descriptors.MissingKey, node.Span, "type", "a layer");
            return false;
        }
        if (!Types.TryRead(type.Value, Place.Of(type.Key), report, out var name))
            return false;

        var rule = Rules.First(candidate => candidate.Type == name);
        value = new(rule, Fields.Read(mapping, rule.Table, type.Value.Span, report));
        return true;
    }
}
