using System.Runtime.CompilerServices;
using System.Text;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace Snapshots;

/// <summary>
/// Verify's file conventions and the shape of its API, in one file, because Verify itself is not on every feed: what a test
/// produces lies beside it as <c>Class.Method.verified.txt</c>; what differs is written as <c>.received.txt</c>, to be
/// compared and renamed.
/// </summary>
internal static partial class Verifier
{
    private const int Context = 1;

    /// <summary>Compares a text with the snapshot of the calling test.</summary>
    public static Task Verify(string text, [CallerFilePath] string file = "", [CallerMemberName] string method = "")
    {
        var stem = Path.Combine(Path.GetDirectoryName(file)!, $"{Path.GetFileNameWithoutExtension(file)}.{method}");
        var failure = Compare(stem + ".verified.txt", stem + ".received.txt", text);
        Assert.True(failure.Length == 0, failure);
        return Task.CompletedTask;
    }

    /// <summary>Compares one text with a file; the message of a difference, or nothing.</summary>
    public static string Compare(string verifiedPath, string receivedPath, string received)
    {
        var verified = File.Exists(verifiedPath) ? File.ReadAllText(verifiedPath).ReplaceLineEndings("\n") : "";
        if (verified == received)
        {
            File.Delete(receivedPath);
            return "";
        }

        File.WriteAllText(receivedPath, received);
        var message = new StringBuilder(Path.GetFileName(verifiedPath)).Append(" differs from ").Append(Path.GetFileName(receivedPath)).AppendLine(":");
        foreach (var line in Changes(InlineDiffBuilder.Diff(verified, received, ignoreWhiteSpace: false).Lines).Take(60))
            message.Append(line.Type switch { ChangeType.Inserted => "+ ", ChangeType.Deleted => "- ", _ => "  " }).AppendLine(line.Text);
        return message.ToString();
    }

    // The lines that changed, and the lines around them.
    private static IEnumerable<DiffPiece> Changes(List<DiffPiece> lines) => lines.Where((_, index) =>
        lines.Skip(index - Context).Take(Math.Min(index, Context) + Context + 1).Any(line => line.Type != ChangeType.Unchanged));
}
