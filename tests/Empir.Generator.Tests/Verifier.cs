using System.Runtime.CompilerServices;
using System.Text;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace Empir.Generator.Tests;

/// <summary>
/// Verify's file conventions and the shape of its API, in one file, because Verify itself is not on every feed: what a test
/// produces lies beside it as <c>Class.Method#hint.verified.cs</c>; what differs is written as <c>.received.cs</c>, to be
/// compared and renamed.
/// </summary>
internal static class Verifier
{
    /// <summary>Compares every generated file with its snapshot.</summary>
    public static void Verify(GeneratorRun run, [CallerFilePath] string file = "", [CallerMemberName] string method = "")
    {
        var stem = Path.Combine(Path.GetDirectoryName(file)!, $"{Path.GetFileNameWithoutExtension(file)}.{method}");
        var failures = new StringBuilder();
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in run.Result.GeneratedSources)
        {
            var snapshot = $"{stem}#{Path.GetFileNameWithoutExtension(source.HintName)}";
            expected.Add(snapshot + ".verified.cs");
            failures.Append(Compare(snapshot + ".verified.cs", snapshot + ".received.cs", $"//HintName: {source.HintName}\n{source.SourceText}"));
        }
        foreach (var stale in Directory.GetFiles(Path.GetDirectoryName(file)!, $"{Path.GetFileName(stem)}#*.verified.cs").Where(path => !expected.Contains(path)))
            failures.Append(Path.GetFileName(stale)).AppendLine(" is no longer generated; delete it.");
        Assert.True(failures.Length == 0, failures.ToString());
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
        foreach (var line in InlineDiffBuilder.Diff(verified, received).Lines.Where(line => line.Type != ChangeType.Unchanged).Take(40))
            message.Append(line.Type == ChangeType.Inserted ? "+ " : "- ").AppendLine(line.Text);
        return message.ToString();
    }
}
