using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary><c>residual</c>: body(x) + x, or body(x) + shortcut(x) (He et al., 2016).</summary>
internal sealed class ResidualLayer : LayerType
{
    private static readonly Key<IReadOnlyList<Item<DeclaredLayer?>>> Body = Key.Required("body", LayerForm.List(), "Layers of the body.");
    private static readonly Key<IReadOnlyList<Item<DeclaredLayer?>>> Shortcut = Key.Optional("shortcut", LayerForm.List(), "Layers of the shortcut; none by default, which hands the input on as it is.");

    public ResidualLayer() : base("residual", "The sum of a body and a shortcut.", isRegistered: false, Body, Shortcut) { }

    public override IEnumerable<IReadOnlyList<Item<DeclaredLayer?>>> Inside(Fields fields) => [fields.Get(Body, []), fields.Get(Shortcut, [])];

    public override LayerSpec? Build(LayerContext layer)
    {
        if (layer.Builder.Build(layer.Get(Body), layer.Input, layer.Scope) is not { } body
            || layer.Builder.Build(layer.Get(Shortcut, []), layer.Input, layer.Scope) is not { } shortcut)
            return null;
        var sides = new[] { body[body.Count - 1].Output, shortcut.Count == 0 ? layer.Input : shortcut[shortcut.Count - 1].Output };
        return Joined.Shape(layer, Join.Add, sides) is { } output ? new ResidualSpec(layer.At, output, body, shortcut) : null;
    }
}

/// <inheritdoc />
internal sealed record ResidualSpec(LayerPlace At, Shape Output, EquatableArray<LayerSpec> Body, EquatableArray<LayerSpec> Shortcut) : LayerSpec(At, Output)
{
    public override string Type => "residual";

    // How many of the rows above belong to it: a card tells a body from what stands before it.
    public override string Settings => Invariant($"body={Body.Sum(layer => layer.Rows("").Count())} shortcut={Shortcut.Sum(layer => layer.Rows("").Count())}");

    public override IEnumerable<Row> Rows(string prefix) => [.. Body.Rows(prefix), .. Shortcut.Rows(prefix), Row(prefix)];

    public override LayerSpec Map(string prefix, Func<string, WeightedLayerSpec, WeightedLayerSpec> replace) =>
        this with { Body = Body.Map(prefix, replace), Shortcut = Shortcut.Map(prefix, replace) };
}

/// <summary>What is done to every layer of a list.</summary>
internal static class LayerListExtensions
{
    // A name means a layer of its own list, which a card does not show: so many rows up is the last one of the layer that is meant.
    public static IEnumerable<Row> Rows(this EquatableArray<LayerSpec> layers, string prefix)
    {
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        var count = 0;
        foreach (var layer in layers)
        {
            foreach (var row in layer.Rows(prefix))
            {
                count++;
                yield return layer is JoinSpec join
                    ? row with { Meaning = Invariant($" rows={string.Join(",", join.From.Select(name => Invariant($"{count - ends[name]}")))}") }
                    : row;
            }
            ends[layer.Name] = count;
        }
    }

    public static EquatableArray<LayerSpec> Map(this EquatableArray<LayerSpec> layers, string prefix, Func<string, WeightedLayerSpec, WeightedLayerSpec> replace) =>
        layers.Select(layer => layer.Map(prefix, replace)).ToEquatableArray();
}
