using System.Text.RegularExpressions;

namespace Empir.Generator.Tests;

/// <summary>A page of docs/diagnostics: what it says and what it shows.</summary>
internal sealed record DiagnosticPage(string Id, string Text)
{
    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    private static readonly IReadOnlyList<string> Base = Sections(Fences(Index).Single());

    /// <summary>The page that lists all others.</summary>
    public static string Index => File.ReadAllText(Path.Combine(Docs, "diagnostics.md")).ReplaceLineEndings("\n");

    /// <summary>The ids that have a page.</summary>
    public static IEnumerable<string> Ids => Directory.GetFiles(Path.Combine(Docs, "diagnostics")).Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    public string Title => Text.Split('\n')[0];

    public string LastLine => Text.TrimEnd('\n').Split('\n')[^1];

    /// <summary>Its examples as whole specs: wrong and right, or none.</summary>
    public IReadOnlyList<string> Examples => [.. Fences(Text).Select(Complete)];

    public static DiagnosticPage Load(string id) => new(id, File.ReadAllText(Path.Combine(Docs, "diagnostics", id + ".md")).ReplaceLineEndings("\n"));

    /// <summary>The line, from 1, of a spec that the page marks.</summary>
    public int MarkedLine(string spec) => spec[..spec.IndexOf($"# <-- {Id}", StringComparison.Ordinal)].Count(character => character == '\n') + 1;

    // The base's sections, replaced by the example's of the same key, and the example's other ones after them.
    private static string Complete(string example)
    {
        if (example.StartsWith("empir:", StringComparison.Ordinal))
            return example;
        var own = Sections(example);
        var sections = Base.Where(section => !own.Any(one => Key(one) == Key(section))).Concat(own);
        return string.Concat(sections.Where(section => section.TrimEnd() != Key(section) + ":"));
    }

    private static string Key(string section) => section[..section.IndexOf(':', StringComparison.Ordinal)];

    // A section begins where a line is not indented.
    private static string[] Sections(string spec) => Regex.Split(spec, @"^(?=\S)", RegexOptions.Multiline)[1..];

    private static IEnumerable<string> Fences(string page) =>
        Regex.Matches(page, "^```yaml\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value);
}
