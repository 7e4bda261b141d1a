using System.Text;

namespace Empir.Generator.Emitting;

/// <summary>Indented lines of C#, with LF line ends on every system.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder text = new();
    private int depth;

    public void Line(string line = "")
    {
        if (line.Length > 0)
            text.Append(' ', 4 * depth).Append(line);
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
