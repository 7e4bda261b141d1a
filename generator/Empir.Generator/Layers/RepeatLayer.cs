using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary><c>repeat</c>: the same layers several times, as <c>name.0</c>, <c>name.1</c> and so on in the state_dict.</summary>
internal sealed class RepeatLayer : LayerType
{
    private static readonly Key<long> Times = Key.Required("times", new IntegerForm(1, 1000), "How many times.");
    private static readonly Key<IReadOnlyList<Item<DeclaredLayer?>>> Layers = Key.Required("layers", LayerForm.List(), "What is repeated; $index counts the turns from 0.");

    public RepeatLayer() : base("repeat", "Layers repeated, each time with weights of their own.", isRegistered: true, Times, Layers) { }

    /// <summary>The class of a turn that is more than a block.</summary>
    public static string ClassName(string repeat) => Identifier.Pascal(repeat) + "Turn";

    public override IEnumerable<IReadOnlyList<Item<DeclaredLayer?>>> Inside(Fields fields) => [fields.Get(Layers, [])];

    public override LayerSpec? Build(LayerContext layer)
    {
        var turns = new List<BlockSpec>();
        var shape = layer.Input;
        var declared = layer.Get(Layers);
        var scope = layer.Scope.Below(layer.At.Name);
        for (var index = 0; index < layer.Get(Times); index++)
        {
            var name = Invariant($"{index}");
            var turn = scope.With(Parameters.Index, index);
            if (declared is [{ Value: { Type: BlockLayer, Name.Length: 0 } }])
            {
                // The turn is the block itself, so it takes the turn's name.
                if (layer.Builder.Build(declared, shape, turn with { Prefix = scope.Prefix }, name) is not { } blocks)
                    return null;
                turns.Add((BlockSpec)blocks[0]);
            }
            else
            {
                if (layer.Builder.Build(declared, shape, turn.Below(name)) is not { } layers)
                    return null;
                turns.Add(new(new(name, layer.At.Line, shape), layers[layers.Count - 1].Output, ClassName(layer.At.Name), [], layers));
            }
            shape = turns[index].Output;
        }
        return new RepeatSpec(layer.At, shape, [.. turns]);
    }
}

/// <inheritdoc />
internal sealed record RepeatSpec(LayerPlace At, Shape Output, EquatableArray<BlockSpec> Turns) : LayerSpec(At, Output)
{
    public override string Type => "repeat";

    /// <summary>Whether every turn is the same but for its name: a loop and no list.</summary>
    public bool IsUniform => Turns.All(turn => (turn with { At = new LayerPlace(Turns[0].Name, turn.Line, turn.Input) }).Equals(Turns[0]));

    public override IEnumerable<Row> Rows(string prefix) => Turns.SelectMany(turn => turn.Rows($"{prefix}{Name}."));

    public override LayerSpec Map(string prefix, Func<string, WeightedLayerSpec, WeightedLayerSpec> replace) =>
        this with { Turns = Turns.Select(turn => (BlockSpec)turn.Map($"{prefix}{Name}.", replace)).ToEquatableArray() };
}
