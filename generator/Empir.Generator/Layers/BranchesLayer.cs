using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary><c>branches</c>: several lists of layers on one input, joined.</summary>
internal sealed class BranchesLayer : LayerType
{
    private static readonly Key<string> JoinKey = Key.Required("join", new ChoiceForm("add", "concat"), "How the branches' outputs become one: their sum, or channel after channel.");
    private static readonly Key<IReadOnlyList<Item<IReadOnlyList<Item<DeclaredLayer?>>>>> Branches = Key.Required("branches",
        new ListForm<IReadOnlyList<Item<DeclaredLayer?>>>(LayerForm.List(minimum: 0), 2, 64), "Lists of layers; an empty one hands the input on as it is.");

    public BranchesLayer() : base("branches", "Several lists of layers on one input, joined.", isRegistered: false, JoinKey, Branches) { }

    public override IEnumerable<IReadOnlyList<Item<DeclaredLayer?>>> Inside(Fields fields) => fields.Get(Branches, []).Select(branch => branch.Value);

    public override LayerSpec? Build(LayerContext layer)
    {
        var branches = new List<BranchSpec>();
        foreach (var branch in layer.Get(Branches))
        {
            if (layer.Builder.Build(branch.Value, layer.Input, layer.Scope) is not { } layers)
                return null;
            branches.Add(new(layers));
        }
        var join = layer.Get(JoinKey) == "add" ? Join.Add : Join.Concat;
        var outputs = branches.Select(branch => branch.Layers.Count == 0 ? layer.Input : branch.Layers[branch.Layers.Count - 1].Output).ToArray();
        return Joined.Shape(layer, join, outputs) is { } output ? new BranchesSpec(layer.At, output, join, [.. branches]) : null;
    }
}

internal sealed record BranchSpec(EquatableArray<LayerSpec> Layers);

/// <inheritdoc />
internal sealed record BranchesSpec(LayerPlace At, Shape Output, Join Join, EquatableArray<BranchSpec> Branches) : LayerSpec(At, Output)
{
    public override string Type => "branches";

    public override string Settings => Invariant(
        $"join={(Join == Join.Add ? "add" : "concat")} branches={string.Join(",", Branches.Select(branch => Invariant($"{branch.Layers.Rows("").Count()}")))}");

    public override IEnumerable<Row> Rows(string prefix) => [.. Branches.SelectMany(branch => branch.Layers.Rows(prefix)), Row(prefix)];

    public override LayerSpec Map(string prefix, Func<string, WeightedLayerSpec, WeightedLayerSpec> replace) =>
        this with { Branches = Branches.Select(branch => new BranchSpec(branch.Layers.Map(prefix, replace))).ToEquatableArray() };
}
