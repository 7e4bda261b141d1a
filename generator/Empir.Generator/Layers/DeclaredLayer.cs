using Empir.Generator.Checking.Forms;
using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Layers;

/// <summary>A layer as declared. One that uses a block gets its type when the blocks are known (<see cref="LayerLinker" />).</summary>
internal sealed class DeclaredLayer(YamlMapping node, TextSpan typeSpan, LayerType type, Fields fields)
{
    public YamlMapping Node => node;

    public TextSpan TypeSpan => typeSpan;

    public LayerType Type { get; private set; } = type;

    public Fields Fields { get; private set; } = fields;

    /// <summary>Whether mistakes found after reading make it useless.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Whether any of its keys has to be computed where it is used.</summary>
    public bool HasExpressions { get; } = node.Entries.Any(entry => YamlExpression.IsIn(entry.Value));

    public string Name => Fields.Get(Type.NameKey, "");

    /// <summary>The layer in messages, by its path in the state_dict.</summary>
    public string What(string prefix) => Name is { Length: > 0 } given ? $"{Type.Type} '{prefix}{given}'" : Type.Type;

    /// <summary>Its keys with every expression computed; null after a reported error.</summary>
    public Fields? Compute(IReadOnlyDictionary<string, long> variables, Report report) => Fields.Compute(Node, Type.Table, variables, report);

    /// <summary>Gives a layer that uses a block the block's keys.</summary>
    public void Use(BlockLayer block, Report report)
    {
        Type = block;
        Fields = Fields.Read(node, block.Table, typeSpan, report);
    }
}
