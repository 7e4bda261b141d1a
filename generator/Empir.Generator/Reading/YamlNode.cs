using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Reading;

/// <summary>A value of the document and where it stands.</summary>
internal abstract class YamlNode(TextSpan span)
{
    /// <summary>Where a message about this value points: a mapping's first key, the text of a scalar.</summary>
    public TextSpan Span { get; } = span;

    /// <summary>What a reader of the file would call this value.</summary>
    public abstract string Description { get; }
}

/// <summary>Keys and values in the order of the file; a key may occur twice, which is for the checker to refuse.</summary>
internal sealed class YamlMapping(TextSpan span, IReadOnlyList<YamlEntry> entries) : YamlNode(span)
{
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public override string Description => "a mapping";
}

/// <summary>One <c>key: value</c>.</summary>
internal sealed class YamlEntry(YamlScalar key, YamlNode value)
{
    public YamlScalar Key { get; } = key;

    public YamlNode Value { get; } = value;
}

/// <summary>Values in order.</summary>
internal sealed class YamlSequence(TextSpan span, IReadOnlyList<YamlNode> items) : YamlNode(span)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override string Description => "a list";
}
