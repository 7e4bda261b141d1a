using Microsoft.CodeAnalysis.Text;
using YamlDotNet.Core;

namespace Empir.Generator.Reading;

/// <summary>A comment: the text after its <c>#</c>.</summary>
/// <param name="Span">Where that text stands.</param>
/// <param name="Line">Its line, from 0.</param>
/// <param name="IsAlone">Whether nothing else stands on the line.</param>
internal sealed record Comment(TextSpan Span, int Line, bool IsAlone);

/// <summary>Finds comments with YAML's own scanner, because a <c>#</c> in a scalar is none.</summary>
internal static class CommentReader
{
    /// <summary>The comments of a text that reads without errors, in order.</summary>
    public static IEnumerable<Comment> Read(SourceText text)
    {
        var scanner = new Scanner(new StringReader(text.ToString()), skipComments: false);
        while (Next(scanner))
            if (scanner.Current is YamlDotNet.Core.Tokens.Comment { Start: var start })
            {
                var line = text.Lines.GetLineFromPosition((int)start.Index);
                yield return new(
                    TextSpan.FromBounds((int)start.Index + 1, line.End), line.LineNumber,
                    string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(line.Start, (int)start.Index))));
            }
    }

    // The scanner throws what it likes; after that there is nothing to read.
    private static bool Next(Scanner scanner)
    {
        try
        {
            return scanner.MoveNext();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return false;
        }
    }
}
