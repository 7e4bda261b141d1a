using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using Empir.Generator.Values;

namespace Empir.Generator.Layers;

/// <summary><c>add</c>, <c>concat</c>: the activation joined with those of earlier layers of the same list.</summary>
internal sealed class JoinLayer : LayerType
{
    private static readonly Key<object?> From = Key.Required("from",
        new EitherForm<YamlSequence>(new ListForm<string>(NameForm.Snake, maximum: 64), NameForm.Snake), "Names of earlier layers in the same list: one, or a list.");

    private readonly Join join;

    private JoinLayer(string type, string description, Join join) : base(type, description, isRegistered: false, From) => this.join = join;

    public static IReadOnlyList<LayerType> All { get; } =
    [
        new JoinLayer("add", "Adds the outputs of earlier layers.", Join.Add),
        new JoinLayer("concat", "Puts the outputs of earlier layers behind its input, channel after channel.", Join.Concat),
    ];

    public override LayerSpec? Build(LayerContext layer)
    {
        var names = layer.Get(From) is IReadOnlyList<Item<string>> list
            ? [.. list.Select(item => (Name: item.Value, item.Node.Span))]
            : new[] { (Name: (string)layer.Get(From)!, Span: layer.Fields.Locate(From)) };
        var shapes = new List<Shape> { layer.Input };
        foreach (var (name, span) in names)
        {
            if (!layer.Scope.Earlier.TryGetValue(name, out var shape))
            {
                layer.Report.Add(Descriptors.UnknownReference, span, "earlier layer", name,
                    $"{Suggestion.For(name, layer.Scope.Earlier.Keys)}; {Type} finds named layers that stand before it in its own list");
                return null;
            }
            shapes.Add(shape);
        }
        return Joined.Shape(layer, join, shapes) is { } output
            ? new JoinSpec(layer.At, output, join, names.Select(name => name.Name).ToEquatableArray())
            : null;
    }
}

internal enum Join
{
    Add,
    Concat,
}

/// <summary>The activation joined with earlier ones, which the emitter keeps until then.</summary>
internal sealed record JoinSpec(LayerPlace At, Shape Output, Join Join, EquatableArray<string> From) : LayerSpec(At, Output)
{
    public override string Type => Join == Join.Add ? "add" : "concat";

    public override string Settings => "from=" + string.Join(",", From);
}

/// <summary>The shape that joined activations have.</summary>
internal static class Joined
{
    /// <summary>The shape, or null after a reported error.</summary>
    public static Shape? Shape(LayerContext layer, Join join, IReadOnlyList<Shape> shapes)
    {
        var first = shapes[0];
        var odd = shapes.FirstOrDefault(shape => join == Join.Add ? !shape.Equals(first) : !Concatenates(shape, first));
        if (odd is null)
            return join == Join.Add ? first : first.WithChannels((int)Math.Min(shapes.Sum(shape => (long)shape.Channels), int.MaxValue));
        layer.Report.Add(Descriptors.JoinDoesNotFit, layer.Declared.TypeSpan, layer.What, first.ToString(), odd.ToString(),
            join == Join.Add ? "give both the same shape" : "give both the same height and width");
        return null;
    }

    private static bool Concatenates(Shape a, Shape b) => a.IsImage == b.IsImage && (!a.IsImage || (a.Height == b.Height && a.Width == b.Width));
}
