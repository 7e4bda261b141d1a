using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary>A list of layers being built.</summary>
/// <param name="Prefix">What stands before its layers' names in the state_dict.</param>
/// <param name="Variables">Values of the parameters that its expressions may use.</param>
/// <param name="Earlier">Outputs of the named layers before the present one.</param>
internal sealed record LayerScope(string Prefix, IReadOnlyDictionary<string, long> Variables, IReadOnlyDictionary<string, Shape> Earlier)
{
    public LayerScope Below(string name) => this with { Prefix = $"{Prefix}{name}." };

    public LayerScope With(string parameter, long value) => this with
    {
        Variables = new Dictionary<string, long>(Variables.ToDictionary(pair => pair.Key, pair => pair.Value)) { [parameter] = value },
    };
}

/// <summary>Walks one architecture's layers and carries the shape along; blocks are built anew wherever they are used.</summary>
internal sealed class NetworkBuilder(int classes, bool emitLines, Report report)
{
    /// <summary>Values of one activation; with the bounds of the keys, it keeps every count within 64 bits.</summary>
    public const long MaximumElements = 1L << 28;

    private const long MaximumMacs = 1L << 50;
    private const int MaximumLayers = 5_000;

    // Everything that walks the tree goes down as deep as it is, and the compiler's stack is not ours to fill.
    private const int MaximumDepth = 64;

    private int count;
    private int depth;
    private long macs;

    /// <summary>The whole network, or null after a reported error.</summary>
    public EquatableArray<LayerSpec>? Build(IReadOnlyList<Item<DeclaredLayer?>> declared, Shape input) => Build(
        declared, input, new("", new Dictionary<string, long>(StringComparer.Ordinal) { [Parameters.Classes] = classes }, new Dictionary<string, Shape>()));

    /// <summary>A list of layers, or null after a reported error.</summary>
    /// <param name="declared">The layers as declared.</param>
    /// <param name="input">Shape that goes in.</param>
    /// <param name="scope">What its names and expressions mean.</param>
    /// <param name="name">Name of a layer that declares none.</param>
    public EquatableArray<LayerSpec>? Build(IReadOnlyList<Item<DeclaredLayer?>> declared, Shape input, LayerScope scope, string name = "")
    {
        var layers = new List<LayerSpec>();
        var earlier = new Dictionary<string, Shape>(StringComparer.Ordinal);
        var shape = input;
        foreach (var item in declared)
        {
            // After a broken layer the shape is unknown: what follows would only repeat the first mistake.
            if (item.IsBroken || item.Value is not { IsBroken: false } layer)
                return null;
            var inside = scope with { Earlier = earlier };
            if ((layer.HasExpressions ? layer.Compute(scope.With(Parameters.InChannels, shape.Channels).Variables, report) : layer.Fields) is not { } fields)
                return null;
            var at = new LayerPlace(layer.Name is { Length: > 0 } given ? given : name, emitLines ? report.LineOf(item.Node.Span) : 0, shape);
            depth++;
            var built = IsTooDeep(layer, scope) ? null : layer.Type.Build(new(layer, fields, at, inside, this, report));
            depth--;
            if (built is null || IsTooLarge(built, layer, scope))
                return null;
            layers.Add(built);
            shape = built.Output;
            if (built.Name.Length > 0)
                earlier[built.Name] = shape;
        }
        return layers.ToEquatableArray();
    }

    private bool IsTooDeep(DeclaredLayer layer, LayerScope scope)
    {
        if (depth <= MaximumDepth)
            return false;
        report.Add(Descriptors.NetworkTooLarge, layer.TypeSpan, layer.What(scope.Prefix), Invariant($"{depth} layers inside one another"), Invariant($"{MaximumDepth}"));
        return true;
    }

    private bool IsTooLarge(LayerSpec built, DeclaredLayer layer, LayerScope scope)
    {
        macs += built.Macs;
        var (size, maximum, unit) =
            ++count > MaximumLayers ? (count, MaximumLayers, "layers")
            : built.Output.Elements > MaximumElements ? (built.Output.Elements, MaximumElements, "values for one image")
            : (macs, MaximumMacs, "multiply-accumulates for one image");
        if (size <= maximum)
            return false;
        report.Add(Descriptors.NetworkTooLarge, layer.TypeSpan, layer.What(scope.Prefix), Invariant($"{size:N0} {unit}"), Invariant($"{maximum:N0}"));
        return true;
    }
}
