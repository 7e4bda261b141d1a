using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Layers;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using static System.FormattableString;

namespace Empir.Generator.Checking;

/// <summary>An architecture as declared.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Initialization">How initial weights are drawn.</param>
/// <param name="Declared">Its layers as declared.</param>
/// <param name="Layers">Its layers with their shapes, at full precision; null after an error.</param>
internal sealed record ArchitectureDeclaration(
    YamlScalar Key, string Initialization, IReadOnlyList<DeclaredLayer> Declared, IReadOnlyList<LayerSpec>? Layers)
{
    public string Name => Key.Text;
}

/// <summary>The spec's <c>architectures</c>: walks the layers and carries the shape along.</summary>
internal static class ArchitectureChecker
{
    /// <summary>Values of one activation; with the bounds of the keys, it keeps every count within 64 bits.</summary>
    public const long MaximumElements = 1L << 28;

    private const long MaximumMacs = 1L << 50;

    /// <summary>Every architecture by name, broken ones included, so that references to them resolve.</summary>
    public static IReadOnlyDictionary<string, ArchitectureDeclaration> Check(Fields spec, Shape? input, int classes, bool emitLines, Report report)
    {
        var architectures = new Dictionary<string, ArchitectureDeclaration>(StringComparer.Ordinal);
        foreach (var item in spec.Get(SpecKeys.Architectures, []))
        {
            var fields = item.Value;
            var layers = fields.Get(ArchitectureKeys.Layers, []);
            architectures[item.Key!.Text] = new(
                item.Key,
                fields.Get(ArchitectureKeys.Initialization, ArchitectureKeys.DefaultInitialization),
                [.. layers.Where(layer => layer.Value is not null).Select(layer => layer.Value!)],
                fields.Has(ArchitectureKeys.Layers) ? Walk(item.Key.Text, layers, input, classes, emitLines, report) : null);
        }
        return architectures;
    }

    private static List<LayerSpec>? Walk(
        string name, IReadOnlyList<Item<DeclaredLayer?>> declared, Shape? shape, int classes, bool emitLines, Report report)
    {
        var layers = new List<LayerSpec>();
        foreach (var item in declared)
        {
            // After a broken layer the shape is unknown: what follows would only repeat the first mistake.
            if (shape is null || item.IsBroken || item.Value is not { } layer)
                return null;
            if (layer.Rule.Build(layer.Fields, emitLines ? report.LineOf(item.Node.Span) : 0, shape, report) is not { } built
                || IsTooLarge(built, layer, report))
                return null;
            layers.Add(built);
            shape = built.Output;
        }

        var last = declared[declared.Count - 1].Value!;
        if (classes > 0 && !shape!.Equals(Shape.Vector(classes)))
        {
            report.Add(Descriptors.ClassesDoNotMatch, last.Fields.Locate(last.Rule.TypeKey), name, shape.ToString(), Invariant($"{classes}"));
            return null;
        }
        return layers;
    }

    private static bool IsTooLarge(LayerSpec built, DeclaredLayer layer, Report report)
    {
        var (count, maximum, unit) = built.Output.Elements > MaximumElements
            ? (built.Output.Elements, MaximumElements, "values for one image")
            : (built.Macs, MaximumMacs, "multiply-accumulates for one image");
        if (count <= maximum)
            return false;
        report.Add(Descriptors.NetworkTooLarge, layer.Fields.Locate(layer.Rule.TypeKey), layer.Rule.What(layer.Fields),
            Invariant($"{count:N0} {unit}"), Invariant($"{maximum:N0}"));
        return true;
    }
}
