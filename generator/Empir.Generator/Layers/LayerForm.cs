using Empir.Generator.Checking.Forms;
using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;

namespace Empir.Generator.Layers;

/// <summary>A layer: its <c>type</c> decides which keys it may have. A PascalCase type is a block of the spec.</summary>
internal sealed class LayerForm : Form<DeclaredLayer?>
{
    // Late, because layers of layers have this form for a key's value.
    private static readonly Lazy<ChoiceForm> Types = new(() => new([.. LayerCatalogue.All.Select(type => type.Type)]));

    public static LayerForm Instance { get; } = new();

    /// <summary>A list of layers, which may be empty where nothing is a layer list too: the identity.</summary>
    public static ListForm<DeclaredLayer?> List(int minimum = 1) => new(Instance, minimum);

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

        var marked = YamlExpression.Mark(mapping, report);
        if (type.Value is YamlScalar { IsText: true, Text: [>= 'A' and <= 'Z', ..] } block)
        {
            value = new(marked, block.Span, BlockLayer.Unknown, Fields.None);
            return true;
        }
        if (!Types.Value.TryRead(type.Value, Place.Of(type.Key), report, out var name))
            return false;
        var layer = LayerCatalogue.All.First(candidate => candidate.Type == name);
        value = new(marked, type.Value.Span, layer, Fields.Read(marked, layer.Table, type.Value.Span, report));
        return true;
    }
}
