using Empir.Generator.Checking.Forms;
using Empir.Generator.Diagnostics;
using Empir.Generator.Layers;
using Empir.Generator.Reading;

namespace Empir.Generator.Checking;

/// <summary>The spec's <c>blocks</c>: each becomes a layer type of its own.</summary>
internal static class BlockChecker
{
    /// <summary>Every block by name, and all their layers linked.</summary>
    public static IReadOnlyDictionary<string, BlockLayer> Check(Fields spec, Report report)
    {
        var items = spec.Get(SpecKeys.Blocks, []);
        var blocks = new Dictionary<string, BlockLayer>(StringComparer.Ordinal);
        foreach (var item in items)
            blocks[item.Key!.Text] = new(item.Key.Text, Parameters(item.Value, report)) { Layers = item.Value.Get(BlockKeys.Layers, []) };

        var linker = new LayerLinker(blocks, report);
        foreach (var item in items)
            linker.Link(blocks[item.Key!.Text].Layers, [.. blocks[item.Key.Text].ParameterNames, .. Layers.Parameters.Everywhere]);
        foreach (var item in items)
            RefuseRecursion(blocks[item.Key!.Text], item.Key, report);
        return blocks;
    }

    private static HashSet<string> Parameters(Fields block, Report report)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in block.Get(BlockKeys.Parameters, []).Where(item => !item.IsBroken))
            if (Layers.Parameters.Reserved.Contains(item.Value))
                report.Add(Descriptors.ReservedParameter, item.Node.Span, item.Value);
            else if (!names.Add(item.Value))
                report.Add(Descriptors.DuplicateName, item.Node.Span, "The parameter", item.Value);
        return names;
    }

    // A block that holds itself would be built forever; the use that closes the circle is broken.
    private static void RefuseRecursion(BlockLayer block, YamlScalar name, Report report)
    {
        var open = new Stack<BlockLayer>();
        var done = new HashSet<BlockLayer>();
        Visit(block);

        void Visit(BlockLayer current)
        {
            if (!done.Add(current))
                return;
            open.Push(current);
            foreach (var layer in All(current.Layers).Where(layer => layer.Type is BlockLayer && !layer.IsBroken))
                if (layer.Type == block)
                {
                    layer.IsBroken = true;
                    report.Add(Descriptors.BlockHoldsItself, layer.TypeSpan, name.Text, string.Join(" in ", open.Select(inside => inside.Type)));
                }
                else
                    Visit((BlockLayer)layer.Type);
            open.Pop();
        }
    }

    /// <summary>The layers of a list and of every list inside it.</summary>
    public static IEnumerable<DeclaredLayer> All(IReadOnlyList<Item<DeclaredLayer?>> layers) =>
        layers.Select(item => item.Value).OfType<DeclaredLayer>()
            .SelectMany(layer => layer.Type.Inside(layer.Fields).SelectMany(All).Prepend(layer));
}
