using System.Text.RegularExpressions;
using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Advice;

/// <summary>
/// The comments <c># empir: ignore EMPIR9003: why</c> of a spec. Each holds for its own line or, alone on a line, for the line
/// below the comments; above the first key it holds for the whole file.
/// </summary>
internal sealed class Suppressions
{
    private const int WholeFile = -1;

    private static readonly Regex Directive = new(@"^\s*empir:\s*ignore\b(?<ids>.*?)(:|--|$)", RegexOptions.CultureInvariant | RegexOptions.Singleline);
    private static readonly Regex Word = new(@"[^\s,]+", RegexOptions.CultureInvariant);

    private readonly List<Suppression> suppressions = [];
    private readonly List<Finding> mistakes = [];

    private Suppressions() { }

    /// <summary>Suppressions that are mistakes or suppressed nothing so far.</summary>
    public IEnumerable<Finding> Useless => mistakes.Concat(suppressions.Where(one => !one.IsUsed)
        .Select(one => new Finding(one.Span, one.Id, "suppresses nothing here; remove it"))).OrderBy(finding => finding.At.Start);

    public static Suppressions Read(SourceText text, int firstKeyLine)
    {
        var found = new Suppressions();
        var content = text.ToString();
        if (content.IndexOf("ignore", StringComparison.Ordinal) < 0)
            return found;
        var comments = CommentReader.Read(text).ToArray();
        var alone = new HashSet<int>(comments.Where(comment => comment.IsAlone).Select(comment => comment.Line));
        foreach (var comment in comments)
            if (Directive.Match(text.ToString(comment.Span)) is { Success: true } directive)
                found.Add(comment, directive.Groups["ids"], Target(comment, alone, firstKeyLine));
        return found;
    }

    /// <summary>Whether advice on a line is suppressed; what suppresses it counts as used.</summary>
    public bool Cover(string id, int line)
    {
        var covering = suppressions.Where(one => one.Id == id && (one.Line == line || one.Line == WholeFile)).ToArray();
        foreach (var one in covering)
            one.IsUsed = true;
        return covering.Length > 0;
    }

    private static int Target(Comment comment, HashSet<int> alone, int firstKeyLine)
    {
        if (!comment.IsAlone)
            return comment.Line;
        if (comment.Line < firstKeyLine)
            return WholeFile;
        var line = comment.Line;
        while (alone.Contains(line))
            line++;
        return line;
    }

    private void Add(Comment comment, Group ids, int line)
    {
        var known = AdviceRule.All.Select(rule => rule.Descriptor.Id).ToArray();
        var use = $"use {Suggestion.OneOf(known)}";
        var words = Word.Matches(ids.Value).Cast<Match>().ToArray();
        if (words.Length == 0)
            mistakes.Add(new(comment.Span, "The comment", $"names no advice; {use}"));
        foreach (var word in words)
        {
            var span = new TextSpan(comment.Span.Start + ids.Index + word.Index, word.Length);
            if (known.Contains(word.Value))
                suppressions.Add(new(word.Value, span, line));
            else
                mistakes.Add(new(span, YamlScalar.Clip(word.Value), $"is no advice; {use}"));
        }
    }

    private sealed class Suppression(string id, TextSpan span, int line)
    {
        public string Id => id;

        public TextSpan Span => span;

        public int Line => line;

        public bool IsUsed { get; set; }
    }
}
