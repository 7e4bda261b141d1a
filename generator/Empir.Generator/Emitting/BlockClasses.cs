using System.Text;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Layers;
using static System.FormattableString;

namespace Empir.Generator.Emitting;

/// <summary>
/// The classes of a network's blocks. Uses of a block that differ in numbers only share one class, whose constructor takes
/// the numbers; a use that differs in more (a layer left in full precision, padding that is a step of its own) has another.
/// </summary>
internal sealed class BlockClasses
{
    private readonly Dictionary<string, BlockClass> byStructure = new(StringComparer.Ordinal);
    private readonly Dictionary<BlockSpec, BlockClass> byUse = new(ReferenceComparer.Instance);
    private readonly HashSet<string> names;
    private readonly HashSet<string> inside;

    public BlockClasses(NetworkSpec network)
    {
        names = [network.ClassName, .. Properties(network.Layers)];
        inside = [.. Inside(network.Layers)];
        Collect(network.Layers);
        // Innermost first: what a class passes to the blocks inside it depends on theirs.
        foreach (var each in All)
            each.Plan(this);
    }

    /// <summary>Every class, innermost first.</summary>
    public IReadOnlyList<BlockClass> All => [.. byStructure.Values.OrderBy(each => each.Index)];

    public BlockClass Of(BlockSpec use) => byUse[use];

    private void Collect(IEnumerable<LayerSpec> layers)
    {
        foreach (var layer in layers)
            switch (layer)
            {
                case BlockSpec block:
                    Collect(block.Layers);
                    Add(block);
                    break;
                case RepeatSpec repeat:
                    Collect(repeat.Turns);
                    break;
                case ResidualSpec residual:
                    Collect(residual.Body.Concat(residual.Shortcut));
                    break;
                case BranchesSpec branches:
                    Collect(branches.Branches.SelectMany(branch => branch.Layers));
                    break;
            }
    }

    private void Add(BlockSpec use)
    {
        // An image and a vector have different dimensions to name.
        var structure = use.ClassName + (use.Input.IsImage ? "" : " of a vector") + Structure(use.Layers);
        if (!byStructure.TryGetValue(structure, out var found))
        {
            var name = use.ClassName;
            for (var variant = 2; (variant > 2 && inside.Contains(name)) || !names.Add(name); variant++)
                name = Invariant($"{use.ClassName}{(char.IsDigit(use.ClassName[use.ClassName.Length - 1]) ? "_" : "")}{variant}");
            byStructure[structure] = found = new(name, byStructure.Count);
        }
        found.Uses.Add(use);
        byUse[use] = found;
    }

    // Everything that the generated class says, but for the numbers its constructor can take.
    private string Structure(IEnumerable<LayerSpec> layers)
    {
        var text = new StringBuilder("(");
        foreach (var layer in layers)
        {
            text.Append(layer.Type).Append(' ').Append(layer.Name).Append(' ');
            switch (layer)
            {
                case BlockSpec block:
                    text.Append(Of(block).Index);
                    break;
                case RepeatSpec repeat:
                    text.Append(repeat.IsUniform ? Invariant($"{Of(repeat.Turns[0]).Index}") : string.Join(",", repeat.Turns.Select(turn => Invariant($"{Of(turn).Index}"))));
                    break;
                case ResidualSpec residual:
                    text.Append(Structure(residual.Body)).Append(Structure(residual.Shortcut));
                    break;
                case BranchesSpec branches:
                    text.Append(branches.Join).Append(string.Concat(branches.Branches.Select(branch => Structure(branch.Layers))));
                    break;
                case JoinSpec join:
                    text.Append(join.Settings);
                    break;
            }
            if (layer.Module is { } module)
                text.Append(module.Factory).Append(string.Join(",", module.Arguments.Concat(module.SecondLine).Select(argument => argument.Format)));
            foreach (var step in layer.Steps)
                text.Append(step.Function).Append(string.Join(",", step.Arguments.Select(argument => argument.Text)));
            text.Append(';');
        }
        return text.Append(')').ToString();
    }

    private static IEnumerable<string> Properties(IEnumerable<LayerSpec> layers) => layers.SelectMany(layer => layer switch
    {
        ResidualSpec residual => Properties(residual.Body.Concat(residual.Shortcut)),
        BranchesSpec branches => branches.Branches.SelectMany(branch => Properties(branch.Layers)),
        _ when layer.Name.Length > 0 => [layer.Property],
        _ => [],
    });

    // Properties of the blocks' own classes, which a variant's name must not be.
    private static IEnumerable<string> Inside(IEnumerable<LayerSpec> layers) => layers.SelectMany(layer => layer switch
    {
        BlockSpec block => Properties(block.Layers).Concat(Inside(block.Layers)),
        RepeatSpec repeat => Inside(repeat.Turns),
        ResidualSpec residual => Inside(residual.Body.Concat(residual.Shortcut)),
        BranchesSpec branches => branches.Branches.SelectMany(branch => Inside(branch.Layers)),
        _ => [],
    });

    private sealed class ReferenceComparer : IEqualityComparer<BlockSpec>
    {
        public static ReferenceComparer Instance { get; } = new();

        public bool Equals(BlockSpec? x, BlockSpec? y) => ReferenceEquals(x, y);

        public int GetHashCode(BlockSpec obj) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj);
    }
}

/// <summary>One class for one or more uses of a block.</summary>
internal sealed class BlockClass(string name, int index)
{
    public string Name => name;

    public int Index => index;

    public List<BlockSpec> Uses { get; } = [];

    /// <summary>Its members; set once all uses are known.</summary>
    public ClassBody Body { get; private set; } = null!;

    public void Plan(BlockClasses blocks) => Body = new(blocks, new ConstructorParameters(Uses), [.. Uses.Select(use => use.Layers)]);

    /// <summary>What a use hands to the constructor.</summary>
    public IReadOnlyList<Argument> Arguments(BlockSpec use)
    {
        var at = Uses.FindIndex(candidate => ReferenceEquals(candidate, use));
        return [.. Body.Parameters.Used.Select(parameter => Argument.Named(parameter.Name, parameter.Values[at]))];
    }
}
