using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Checking.Forms;

/// <summary>The form a value must have. Forms are data: the checker reads with them and the JSON schema is written from them.</summary>
internal abstract class Form
{
    /// <summary>The form in words, such as <c>a whole number from 1 to 256</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>Reads a value, reporting every mistake in it.</summary>
    /// <returns>Whether there is a value to go on with; it may still hold reported mistakes.</returns>
    public abstract bool TryReadObject(YamlNode node, Place place, Report report, out object? value);

    protected void ReportWrongType(YamlNode node, Place place, Report report) =>
        report.Add(Descriptors.WrongType, node.Span, place.What, Expected, node.Description);
}

/// <inheritdoc />
internal abstract class Form<T> : Form
{
    /// <inheritdoc cref="Form.TryReadObject" />
    public abstract bool TryRead(YamlNode node, Place place, Report report, out T value);

    public sealed override bool TryReadObject(YamlNode node, Place place, Report report, out object? value)
    {
        var read = TryRead(node, place, report, out var typed);
        value = typed;
        return read;
    }
}

/// <summary>What a value is called in messages, and where a message about something missing in it points.</summary>
internal readonly record struct Place(string What, TextSpan Anchor)
{
    public static Place Of(YamlScalar key) => new($"'{YamlScalar.Clip(key.Text)}'", key.Span);

    public Place Item(YamlNode item) => new($"An item of {What}", item.Span);
}
