using Empir.Generator.Checking.Forms;
using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;

namespace Empir.Generator.Layers;

/// <summary>Ties declared layers to the blocks they use, and expressions to the names they use, whether or not anything uses them.</summary>
internal sealed class LayerLinker(IReadOnlyDictionary<string, BlockLayer> blocks, Report report)
{
    /// <summary>Links a list and every list inside it.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="parameters">Names that expressions may use.</param>
    /// <param name="namesItself">Whether a block may go without a name, because what it stands in names it.</param>
    public void Link(IReadOnlyList<Item<DeclaredLayer?>> layers, IReadOnlyCollection<string> parameters, bool namesItself = false)
    {
        foreach (var layer in layers.Select(item => item.Value).OfType<DeclaredLayer>())
        {
            var before = report.Count;
            if (layer.Type == BlockLayer.Unknown)
                LinkBlock(layer, namesItself && layers.Count == 1);
            foreach (var expression in layer.Node.Entries.Where(entry => layer.Fields.Has(entry.Key.Text)).SelectMany(entry => YamlExpression.All(entry.Value)))
                foreach (var name in expression.Expression.Names.Distinct().Where(name => !parameters.Contains(name)))
                    report.Add(Descriptors.UnknownReference, expression.Span, "parameter", name, Suggestion.For(name, parameters));
            layer.IsBroken = report.Count > before;
            var repeats = layer.Type is RepeatLayer;
            foreach (var list in layer.Type.Inside(layer.Fields))
                Link(list, repeats ? [.. parameters, Parameters.Index] : parameters, repeats);
        }
    }

    private void LinkBlock(DeclaredLayer layer, bool isNamed)
    {
        var name = ((YamlScalar)layer.Node.Entries.First(entry => entry.Key.Text == "type").Value).Text;
        if (!blocks.TryGetValue(name, out var block))
        {
            report.Add(Descriptors.UnknownReference, layer.TypeSpan, "block", YamlScalar.Clip(name), Suggestion.For(name, blocks.Keys));
            return;
        }
        layer.Use(block, report);
        if (!isNamed && !layer.Fields.HasErrors && !layer.Fields.Has(block.NameKey))
            report.Add(Descriptors.MissingKey, layer.TypeSpan, block.NameKey.Name, block.Table.Title);
    }
}
