using System.Text;

namespace Empir.Generator.Emitting;

/// <summary>Indented lines of C#, with LF line ends on every system.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder text = new(1 << 14);
    private int depth;

    public void Line(string line = "")
    {
        if (line.Length > 0)
            text.Append(' ', 4 * depth).Append(line);
        text.Append('\n');
    }

    /// <summary>A line of code and its comment, if any, which begins at a column of its own.</summary>
    public void Line(string code, string comment)
    {
        const int Column = 72;
        text.Append(' ', 4 * depth).Append(code);
        if (comment.Length > 0)
            text.Append(' ', Math.Max(0, Column - code.Length)).Append(" // ").Append(comment);
        text.Append('\n');
    }

    /// <summary>A line at the left margin, where directives stand.</summary>
    public void Directive(string line) => text.Append(line).Append('\n');

    public void Open(string opening = "{")
    {
        Line(opening);
        depth++;
    }

    public void Close(string closing = "}")
    {
        depth--;
        Line(closing);
    }

    public void Indented(IEnumerable<string> lines)
    {
        depth++;
        foreach (var line in lines)
            Line(line);
        depth--;
    }

    public override string ToString() => text.ToString();
}
