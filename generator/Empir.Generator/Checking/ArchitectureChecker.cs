using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Layers;
using Empir.Generator.Reading;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Checking;

/// <summary>An architecture as declared.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Initialization">How initial weights are drawn.</param>
/// <param name="Declared">Its layers as declared.</param>
/// <param name="Layers">Its layers with their shapes, at full precision; null after an error.</param>
internal sealed record ArchitectureDeclaration(
    YamlScalar Key, string Initialization, IReadOnlyList<Item<DeclaredLayer?>> Declared, EquatableArray<LayerSpec>? Layers)
{
    public string Name => Key.Text;

    /// <summary>The paths of its layers with weights, in order.</summary>
    public IEnumerable<string> Weighted => Layers!.Rows("").Where(row => row.Layer is WeightedLayerSpec).Select(row => row.Path);
}

/// <summary>The spec's <c>architectures</c>.</summary>
internal static class ArchitectureChecker
{
    /// <summary>Every architecture by name, broken ones included, so that references to them resolve.</summary>
    public static IReadOnlyDictionary<string, ArchitectureDeclaration> Check(
        Fields spec, IReadOnlyDictionary<string, BlockLayer> blocks, Shape? input, int classes, bool emitLines, Report report)
    {
        var architectures = new Dictionary<string, ArchitectureDeclaration>(StringComparer.Ordinal);
        var linker = new LayerLinker(blocks, report);
        foreach (var item in spec.Get(SpecKeys.Architectures, []))
        {
            var fields = item.Value;
            var layers = fields.Get(ArchitectureKeys.Layers, []);
            linker.Link(layers, Parameters.Everywhere);
            architectures[item.Key!.Text] = new(
                item.Key,
                fields.Get(ArchitectureKeys.Initialization, ArchitectureKeys.DefaultInitialization),
                layers,
                fields.Has(ArchitectureKeys.Layers) && input is not null ? Build(item.Key.Text, layers, input, classes, emitLines, report) : null);
        }
        return architectures;
    }

    private static EquatableArray<LayerSpec>? Build(
        string name, IReadOnlyList<Item<DeclaredLayer?>> declared, Shape input, int classes, bool emitLines, Report report)
    {
        if (new NetworkBuilder(classes, emitLines, report).Build(declared, input) is not { } layers)
            return null;
        if (!layers.Rows("").Any(row => row.Layer is WeightedLayerSpec))
        {
            report.Add(Descriptors.NothingToTrain, declared[0].Value!.TypeSpan, name);
            return null;
        }
        var output = layers[layers.Count - 1].Output;
        if (classes <= 0 || output.Equals(Shape.Vector(classes)))
            return layers;
        report.Add(Descriptors.ClassesDoNotMatch, declared[declared.Count - 1].Value!.TypeSpan, name, output.ToString(), Invariant($"{classes}"));
        return null;
    }
}
