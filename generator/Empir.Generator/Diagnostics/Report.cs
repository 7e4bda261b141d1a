using Empir.Generator.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Diagnostics;

/// <summary>Collects what is wrong with one spec.</summary>
internal sealed class Report(string path, SourceText text)
{
    // A hostile file can hold one mistake per character; nobody reads past these.
    private const int MaximumDiagnostics = 100;
    private const int MaximumArgumentLength = 300;

    private readonly List<DiagnosticInfo> diagnostics = [];

    /// <summary>How many mistakes have been found, kept or not.</summary>
    public int Count { get; private set; }

    public EquatableArray<DiagnosticInfo> Diagnostics => diagnostics.ToEquatableArray();

    public void Add(DiagnosticDescriptor descriptor, TextSpan span, params string[] arguments)
    {
        Count++;
        var diagnostic = new DiagnosticInfo(descriptor, Locate(span), arguments.Select(Printable).ToEquatableArray());
        // A block's mistake is found wherever the block is used, and is one mistake.
        if (diagnostics.Count < MaximumDiagnostics && !diagnostics.Contains(diagnostic))
            diagnostics.Add(diagnostic);
    }

    public LocationInfo Locate(TextSpan span) => LocationInfo.Create(path, text, span);

    public int LineOf(TextSpan span) => text.Lines.GetLinePosition(Math.Min(span.Start, text.Length)).Line + 1;

    // A message is one line, whatever the spec holds.
    private static string Printable(string argument) => PrintableText.Of(
        argument.Length > MaximumArgumentLength ? argument.Substring(0, MaximumArgumentLength) + "…" : argument);
}
