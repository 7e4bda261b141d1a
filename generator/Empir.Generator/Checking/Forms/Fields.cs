using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Checking.Forms;

/// <summary>
/// The values of a section, read by its key table: the one place that refuses unknown, duplicate and missing keys.
/// </summary>
internal sealed class Fields
{
    private readonly Dictionary<string, Located> values = new(StringComparer.Ordinal);

    private readonly HashSet<string> unreadable = new(StringComparer.Ordinal);

    private Fields(TextSpan anchor) => Anchor = anchor;

    /// <summary>What stands for a section that could not be read.</summary>
    public static Fields None { get; } = new(default) { HasErrors = true };

    /// <summary>Where a message about the section as a whole points.</summary>
    public TextSpan Anchor { get; }

    /// <summary>Whether mistakes in this section, or below it, have been reported.</summary>
    public bool HasErrors { get; private set; }

    public static Fields Read(YamlMapping mapping, KeyTable table, TextSpan anchor, Report report)
    {
        var before = report.Count;
        var fields = new Fields(anchor);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var meant = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            var key = table.Find(entry.Key.Text);
            if (key is null)
            {
                var names = table.Keys.Select(candidate => candidate.Name).ToArray();
                report.Add(Descriptors.UnknownKey, entry.Key.Span, YamlScalar.Clip(entry.Key.Text), table.Title, Suggestion.For(entry.Key.Text, names));
                meant.Add(Suggestion.Nearest(entry.Key.Text, names) ?? "");
            }
            else if (!seen.Add(key.Name))
                report.Add(Descriptors.DuplicateKey, entry.Key.Span, key.Name, table.Title);
            else if (key.ValueForm.TryReadObject(entry.Value, Place.Of(entry.Key), report, out var value))
                fields.values.Add(key.Name, new(value, entry.Value.Span));
            else
                fields.unreadable.Add(key.Name);
        }
        // A misspelt key is one mistake: it is not missing as well.
        foreach (var missing in table.Keys.Where(key => key.IsRequired && !seen.Contains(key.Name) && !meant.Contains(key.Name)))
            report.Add(Descriptors.MissingKey, anchor, missing.Name, table.Title);
        fields.HasErrors = report.Count > before;
        return fields;
    }

    /// <summary>These values with every expression in them computed and checked; null after a reported error.</summary>
    public Fields? Compute(YamlMapping mapping, KeyTable table, IReadOnlyDictionary<string, long> variables, Report report)
    {
        var computed = new Fields(Anchor);
        foreach (var pair in values)
            computed.values.Add(pair.Key, pair.Value);
        foreach (var entry in mapping.Entries.Where(entry => YamlExpression.IsIn(entry.Value)))
        {
            if (YamlExpression.Compute(entry.Value, variables, report) is not { } node)
                return null;
            var form = table.Find(entry.Key.Text)!.ValueForm;
            var before = report.Count;
            if (!form.TryReadObject(node, Place.Of(entry.Key), report, out var value) || report.Count > before)
                return null;
            computed.values[entry.Key.Text] = new(value, entry.Value.Span);
        }
        return computed;
    }

    public bool Has(Key key) => Has(key.Name);

    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>Whether the key is there with a value that nothing can be made of: what refers to it cannot be checked.</summary>
    public bool IsUnreadable(Key key) => unreadable.Contains(key.Name);

    /// <summary>The value of a key, or the type's default when it is absent or broken: ask <see cref="HasErrors" /> before relying on it.</summary>
    public T Get<T>(Key<T> key) => Get(key, default!);

    /// <summary>The value of a key, or a fallback when it is absent.</summary>
    public T Get<T>(Key<T> key, T fallback) => values.TryGetValue(key.Name, out var found) ? (T)found.Value! : fallback;

    /// <summary>The value of a key that is there, whatever its type.</summary>
    public object? GetObject(Key key) => values[key.Name].Value;

    /// <summary>Where a key's value stands, or the section when the key is absent.</summary>
    public TextSpan Locate(Key key) => values.TryGetValue(key.Name, out var found) ? found.Span : Anchor;

    private sealed record Located(object? Value, TextSpan Span);
}
