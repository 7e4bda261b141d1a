using System.Runtime.CompilerServices;
using System.Text;
using Empir.Generator.Tests;

namespace Snapshots;

/// <content>Snapshots of generated files, as <c>Class.Method#hint.verified.cs</c>.</content>
internal static partial class Verifier
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
}
