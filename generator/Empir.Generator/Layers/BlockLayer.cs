using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Values;

namespace Empir.Generator.Layers;

/// <summary>A block of the spec as a layer type: its parameters are the layer's keys.</summary>
internal sealed class BlockLayer : LayerType
{
    private readonly IReadOnlyList<Key<long>> parameters;

    /// <param name="name">The block's name.</param>
    /// <param name="parameters">Names of its parameters.</param>
    public BlockLayer(string name, IEnumerable<string> parameters) : this(name, [.. parameters.Select(parameter => Parameter(name, parameter))]) { }

    private BlockLayer(string name, Key<long>[] parameters) : base(name, $"The block {name}.", isRegistered: true, needsName: false, parameters) =>
        this.parameters = parameters;

    private static Key<long> Parameter(string block, string name) =>
        Key.Required(name, new IntegerForm(int.MinValue, int.MaxValue), $"A parameter of {block}.");

    /// <summary>Stands for a block until the blocks are known.</summary>
    public static BlockLayer Unknown { get; } = new("a block", Array.Empty<Key<long>>());

    /// <summary>Its layers; set once every block is known.</summary>
    public IReadOnlyList<Item<DeclaredLayer?>> Layers { get; set; } = [];

    public IEnumerable<string> ParameterNames => parameters.Select(parameter => parameter.Name);

    public override LayerSpec? Build(LayerContext layer)
    {
        var name = layer.At.Name;
        var values = parameters.Select(parameter => new ParameterSpec(parameter.Name, layer.Get(parameter))).ToArray();
        var variables = values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
        variables[Parameters.Classes] = layer.Scope.Variables[Parameters.Classes];
        // A block without layers has been reported where it is declared.
        return Layers.Count > 0 && layer.Builder.Build(Layers, layer.Input, (layer.Scope with { Variables = variables }).Below(name)) is { } layers
            ? new BlockSpec(layer.At, layers[layers.Count - 1].Output, Type, [.. values], layers)
            : null;
    }
}

/// <summary>A parameter of a block and its value where the block is used.</summary>
internal sealed record ParameterSpec(string Name, long Value);

/// <summary>A block where it is used: a scope of names, and a class in C#.</summary>
internal sealed record BlockSpec(
    LayerPlace At, Shape Output, string ClassName, EquatableArray<ParameterSpec> Given, EquatableArray<LayerSpec> Layers) : LayerSpec(At, Output)
{
    public override string Type => ClassName;

    public override IEnumerable<Row> Rows(string prefix) => Layers.Rows($"{prefix}{Name}.");

    public override LayerSpec Map(string prefix, Func<string, WeightedLayerSpec, WeightedLayerSpec> replace) =>
        this with { Layers = Layers.Map($"{prefix}{Name}.", replace) };
}
