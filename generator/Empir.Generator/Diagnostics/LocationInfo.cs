using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Diagnostics;

/// <summary>A place in a spec, as a value: unlike <see cref="Location" /> it keeps no syntax tree alive.</summary>
internal sealed record LocationInfo(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static LocationInfo Create(string path, SourceText text, TextSpan span)
    {
        var start = Math.Min(span.Start, text.Length);
        var clamped = TextSpan.FromBounds(start, Math.Min(Math.Max(span.End, start), text.Length));
        return new(path, clamped, text.Lines.GetLinePositionSpan(clamped));
    }

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
