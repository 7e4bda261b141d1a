using Empir.Generator.Checking.Specs;
using Empir.Generator.Layers;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Emitting;

/// <summary>
/// The members of a network's or a block's class: registrations, properties and the forward pass. A block's class is written
/// for all its uses at once; lists of layers come in parallel, one for each use.
/// </summary>
internal sealed class ClassBody
{
    private const string Tensor = "global::TorchSharp.torch.Tensor";
    private const string Operations = "global::Empir.Modules.Operations";
    private const string ModuleList = "global::TorchSharp.Modules.ModuleList";

    private readonly BlockClasses blocks;
    private readonly IReadOnlyList<LayerSpec[]> layers;
    private readonly List<Registered> registered = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <param name="blocks">The classes of the blocks inside.</param>
    /// <param name="parameters">Takes the numbers that differ.</param>
    /// <param name="uses">The layers in every use.</param>
    public ClassBody(BlockClasses blocks, ConstructorParameters parameters, IReadOnlyList<EquatableArray<LayerSpec>> uses)
    {
        this.blocks = blocks;
        Parameters = parameters;
        layers = Parallel(uses);
        Register(layers);
    }

    public ConstructorParameters Parameters { get; }

    /// <summary>Writes the constructor's statements.</summary>
    public void Registrations(SourceWriter source)
    {
        foreach (var each in registered)
        {
            source.Line(each.Statement[0]);
            if (each.Statement.Count > 1)
                source.Indented(each.Statement.Skip(1));
        }
    }

    /// <summary>Writes a property for every registered layer.</summary>
    public void Properties(SourceWriter source)
    {
        foreach (var each in registered)
        {
            source.Line($"/// <summary>{each.Summary}</summary>");
            source.Line($"public {each.Type} {each.Property} {{ get; }}");
            source.Line();
        }
    }

    /// <summary>Writes the forward pass and the methods it calls.</summary>
    /// <param name="source">Where to.</param>
    /// <param name="path">The spec's path for line directives; empty when none are written.</param>
    public void Forward(SourceWriter source, string path)
    {
        names.UnionWith(registered.Select(each => each.Property).Concat(blocks.All.Select(block => block.Name)));
        var pending = new Queue<(string Name, IReadOnlyList<LayerSpec[]> Layers)>();
        Method(source, $"public override {Tensor} forward({Tensor} input)", layers, path, pending);
        while (pending.Count > 0)
        {
            var (name, inside) = pending.Dequeue();
            source.Line();
            Method(source, $"private {Tensor} {name}({Tensor} input)", inside, path, pending);
        }
    }

    private void Method(SourceWriter source, string signature, IReadOnlyList<LayerSpec[]> list, string path, Queue<(string, IReadOnlyList<LayerSpec[]>)> pending)
    {
        var kept = Kept(list);
        var declared = false;
        // A quote cannot be written in a line directive, so such a path has none.
        var directs = path.Length > 0 && !path.Contains('"');
        source.Line(signature);
        source.Open();
        foreach (var same in list)
        {
            if (same[0] is RepeatSpec repeat)
            {
                if (!declared)
                    Statement("var x = input.alias();");
                Statement($"foreach (var turn in {repeat.Property})");
                Statement("    x = x.Then(turn.call);", Comment(same, layer => layer.Output));
                declared = true;
            }
            else
                foreach (var (function, arguments, comment) in Steps(same, kept, pending))
                {
                    Statement(
                        !declared ? $"var x = {function}(input{(arguments.Length > 0 ? ", " : "")}{arguments});"
                        : arguments.Length > 0 ? $"x = x.Then(t => {function}(t, {arguments}));"
                        : $"x = x.Then({function});", comment);
                    declared = true;
                }
            if (kept.TryGetValue(same[0].Name, out var variable))
                Statement($"using var {variable} = x.alias();");

            // Each line for itself: C# counts on after a directive, and the next line of C# is not the next line of the spec.
            void Statement(string code, string comment = "")
            {
                if (directs)
                    source.Directive($"#line {Literal.Of(same[0].Line)} \"{path}\"");
                source.Line(code, comment);
            }
        }
        if (path.Length > 0)
            source.Directive("#line default");
        source.Line("return x;");
        source.Close();
    }

    // The variables of the activations that a later layer of the list asks for, by their layers' names.
    private static Dictionary<string, string> Kept(IReadOnlyList<LayerSpec[]> list)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in list.Select(same => same[0]).OfType<JoinSpec>().SelectMany(join => join.From))
            if (!kept.ContainsKey(name))
            {
                var variable = "kept" + Identifier.Pascal(name);
                while (kept.ContainsValue(variable))
                    variable += "_";
                kept.Add(name, variable);
            }
        return kept;
    }

    private IEnumerable<(string Function, string Arguments, string Comment)> Steps(LayerSpec[] same, Dictionary<string, string> kept, Queue<(string, IReadOnlyList<LayerSpec[]>)> pending)
    {
        string Method(string name, IEnumerable<EquatableArray<LayerSpec>> inside)
        {
            var lists = inside.ToArray();
            if (lists[0].Count == 0)
                return Operations + ".Identity";
            var unique = name;
            for (var next = 2; !names.Add(unique); next++)
                unique = Invariant($"{name}{next}");
            pending.Enqueue((unique, Parallel(lists)));
            return unique;
        }

        var output = Comment(same, layer => layer.Output);
        switch (same[0])
        {
            case ResidualSpec residual:
                var body = Method("Body", same.Select(layer => ((ResidualSpec)layer).Body));
                var shortcut = residual.Shortcut.Count == 0 ? "" : ", " + Method("Shortcut", same.Select(layer => ((ResidualSpec)layer).Shortcut));
                yield return ($"{Operations}.Residual", body + shortcut, output);
                break;
            case BranchesSpec branches:
                var methods = branches.Branches.Select((_, i) => Method("Branch", same.Select(layer => ((BranchesSpec)layer).Branches[i].Layers)));
                yield return ($"{Operations}.{branches.Join}", string.Join(", ", methods), output);
                break;
            case JoinSpec join:
                yield return ($"{Operations}.{join.Join}To", string.Join(", ", join.From.Select(name => kept[name])), output);
                break;
            case BlockSpec block:
                yield return (block.Property + ".call", "", output);
                break;
            default:
                var steps = same[0].Steps;
                for (var i = 0; i < steps.Count; i++)
                    yield return (
                        steps[i].Function, Arguments([steps[i].Arguments], ""),
                        i == steps.Count - 1 ? output : Comment(same, layer => layer.Steps[i].Output));
                break;
        }
    }

    private void Register(IReadOnlyList<LayerSpec[]> list)
    {
        foreach (var same in list)
            switch (same[0])
            {
                case ResidualSpec:
                    Register(Parallel([.. same.Select(layer => ((ResidualSpec)layer).Body)]));
                    Register(Parallel([.. same.Select(layer => ((ResidualSpec)layer).Shortcut)]));
                    break;
                case BranchesSpec branches:
                    for (var i = 0; i < branches.Branches.Count; i++)
                        Register(Parallel([.. same.Select(layer => ((BranchesSpec)layer).Branches[i].Layers)]));
                    break;
                case BlockSpec block:
                    registered.Add(new(block.Property, blocks.Of(block).Name, $"{blocks.Of(block).Name}{Shapes(same)}.",
                        [$"{block.Property} = Register({Literal.Of(block.Name)}, {New([.. same.Cast<BlockSpec>()], block.Name)});"]));
                    break;
                case RepeatSpec repeat:
                    registered.Add(Repeat(repeat, [.. same.Cast<RepeatSpec>()]));
                    break;
                case { Module: { } module } layer:
                    var modules = Array.ConvertAll(same, each => each.Module!);
                    var head = $"{layer.Property} = Register({Literal.Of(layer.Name)}, {module.Factory}(";
                    var first = Arguments(Array.ConvertAll(modules, each => each.Arguments), layer.Name);
                    string[] statement =
                        module.SecondLine.Count > 0 ? [head, first + ",", Arguments(Array.ConvertAll(modules, each => each.SecondLine), layer.Name) + "));"]
                        : layer is ConvolutionSpec ? [head, first + "));"]
                        : [$"{head}{first}));"];
                    registered.Add(new(layer.Property, module.Type, $"{layer.Summary}{Shapes(same)}{(layer is WeightedLayerSpec weighted ? "; " + weighted.Quantization.Summary : "")}.", statement));
                    break;
            }
    }

    private Registered Repeat(RepeatSpec repeat, IReadOnlyList<RepeatSpec> same)
    {
        var classes = repeat.Turns.Select(turn => blocks.Of(turn).Name).Distinct().ToArray();
        var type = classes.Length == 1 ? classes[0] : "global::Empir.Modules.Block";
        var head = $"{repeat.Property} = Repeat({Literal.Of(repeat.Name)}, ";
        string Turn(int index) => New([.. same.Select(each => each.Turns[index])], repeat.Name);
        return new(repeat.Property, $"{ModuleList}<{type}>", $"{string.Join(" or ", classes)}, repeated{Shapes(same)}.",
            repeat.IsUniform
                ? [$"{head}{Parameters.Render([.. same.Select(each => Argument.Named("times", each.Turns.Count))], repeat.Name)}, () => {Turn(0)});"]
                : [$"{repeat.Property} = Repeat<{type}>({Literal.Of(repeat.Name)},", .. repeat.Turns.Select((_, i) => Turn(i) + (i == repeat.Turns.Count - 1 ? ");" : ","))]);
    }

    private string New(IReadOnlyList<BlockSpec> same, string name)
    {
        var block = blocks.Of(same[0]);
        return $"new {block.Name}({Arguments([.. same.Select(use => blocks.Of(use).Arguments(use).ToEquatableArray())], name)})";
    }

    private string Arguments(EquatableArray<Argument>[] same, string layer)
    {
        var texts = new string[same[0].Count];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = same.Length == 1 ? same[0][i].Text : Parameters.Render([.. same.Select(arguments => arguments[i])], layer);
        return string.Join(", ", texts);
    }

    private string Comment(LayerSpec[] same, Func<LayerSpec, Shape> shape)
    {
        var first = shape(same[0]);
        if (same.Length == 1)
            return $"[N, {first.Join(", ")}]";
        var shapes = same.Select(shape).ToArray();
        string[] letters = first.IsImage ? ["C", "H", "W"] : ["F"];
        return $"[N, {string.Join(", ", letters.Select((letter, i) => Parameters.Dimension([.. shapes.Select(each => (long)each.Dimensions[i])], letter)))}]";
    }

    // Uses of different shapes have none to name.
    private static string Shapes(IReadOnlyList<LayerSpec> same) =>
        same.Any(layer => !layer.Input.Equals(same[0].Input) || !layer.Output.Equals(same[0].Output)) ? ""
        : same[0].Input.Equals(same[0].Output) ? $", {same[0].Input}"
        : $", {same[0].Input} to {same[0].Output}";

    private static LayerSpec[][] Parallel(IReadOnlyList<EquatableArray<LayerSpec>> lists)
    {
        var parallel = new LayerSpec[lists[0].Count][];
        for (var i = 0; i < parallel.Length; i++)
        {
            parallel[i] = new LayerSpec[lists.Count];
            for (var use = 0; use < lists.Count; use++)
                parallel[i][use] = lists[use][i];
        }
        return parallel;
    }

    private sealed record Registered(string Property, string Type, string Summary, IReadOnlyList<string> Statement);
}
