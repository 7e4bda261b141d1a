using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using static System.FormattableString;

namespace Empir.Generator.Checking.Forms;

/// <summary>A value of a list or a map, and where it stands.</summary>
/// <param name="Key">The map's key; null in a list.</param>
/// <param name="Node">The value's node.</param>
/// <param name="Value">The value; the type's default when it could not be read.</param>
/// <param name="IsBroken">Whether mistakes in it have been reported.</param>
internal sealed record Item<T>(YamlScalar? Key, YamlNode Node, T Value, bool IsBroken);

/// <summary>A list of values.</summary>
internal sealed class ListForm<T>(Form<T> item, int minimum = 1, int maximum = 1000) : Form<IReadOnlyList<Item<T>>>, IListForm
{
    public Form Item => item;

    public int Minimum => minimum;

    public int Maximum => maximum;

    public override string Expected => minimum == maximum
        ? Invariant($"a list of {minimum} values")
        : Invariant($"a list of {minimum} to {maximum} values");

    public override bool TryRead(YamlNode node, Place place, Report report, out IReadOnlyList<Item<T>> value)
    {
        value = [];
        if (node is not YamlSequence sequence)
        {
            ReportWrongType(node, place, report);
            return false;
        }
        if (sequence.Items.Count < minimum || sequence.Items.Count > maximum)
        {
            report.Add(Descriptors.OutOfRange, node.Span, place.What, Expected, Invariant($"{sequence.Items.Count}"));
            return false;
        }

        var items = new List<Item<T>>();
        foreach (var child in sequence.Items)
        {
            var before = report.Count;
            item.TryRead(child, place.Item(child), report, out var read);
            items.Add(new(null, child, read, report.Count > before));
        }
        value = items;
        return true;
    }
}

/// <summary>Values by name.</summary>
internal sealed class MapForm<T>(NameForm name, Form<T> item, int minimum = 1, int maximum = 1000) : Form<IReadOnlyList<Item<T>>>, IMapForm
{
    public NameForm Name => name;

    public Form Item => item;

    public int Minimum => minimum;

    public int Maximum => maximum;

    public override string Expected => "a mapping of names";

    public override bool TryRead(YamlNode node, Place place, Report report, out IReadOnlyList<Item<T>> value)
    {
        value = [];
        if (node is not YamlMapping mapping)
        {
            ReportWrongType(node, place, report);
            return false;
        }
        if (mapping.Entries.Count < minimum || mapping.Entries.Count > maximum)
        {
            report.Add(Descriptors.OutOfRange, node.Span, place.What, Invariant($"{minimum} to {maximum} named values"), Invariant($"{mapping.Entries.Count}"));
            return false;
        }

        var items = new List<Item<T>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            var before = report.Count;
            var key = new Place("A name", entry.Key.Span);
            if (name.TryRead(entry.Key, key, report, out var text) && !names.Add(text))
                report.Add(Descriptors.DuplicateKey, entry.Key.Span, text, place.What);
            item.TryRead(entry.Value, Place.Of(entry.Key), report, out var read);
            items.Add(new(entry.Key, entry.Value, read, report.Count > before));
        }
        value = items;
        return true;
    }
}

/// <summary>A list form whatever its items are, for the schema.</summary>
internal interface IListForm
{
    Form Item { get; }

    int Minimum { get; }

    int Maximum { get; }
}

/// <summary>A map form whatever its items are, for the schema.</summary>
internal interface IMapForm
{
    NameForm Name { get; }

    Form Item { get; }

    int Minimum { get; }

    int Maximum { get; }
}

/// <summary>A mapping with the keys of a table.</summary>
internal sealed class SectionForm(KeyTable table) : Form<Fields>
{
    public KeyTable Table => table;

    public override string Expected => "a mapping";

    public override bool TryRead(YamlNode node, Place place, Report report, out Fields value)
    {
        value = Fields.None;
        if (node is not YamlMapping mapping)
        {
            ReportWrongType(node, place, report);
            return false;
        }
        value = Fields.Read(mapping, table, place.Anchor, report);
        return true;
    }
}

/// <summary>One of two forms, told apart by whether the value is of <typeparamref name="TNode" />.</summary>
internal sealed class EitherForm<TNode>(Form match, Form otherwise) : Form<object?>, IEitherForm where TNode : YamlNode
{
    public Form Match => match;

    public Form Otherwise => otherwise;

    public override string Expected => $"{match.Expected} or {otherwise.Expected}";

    public override bool TryRead(YamlNode node, Place place, Report report, out object? value) =>
        (node is TNode ? match : otherwise).TryReadObject(node, place, report, out value);
}

/// <summary>A choice of two forms whatever tells them apart, for the schema.</summary>
internal interface IEitherForm
{
    Form Match { get; }

    Form Otherwise { get; }
}
