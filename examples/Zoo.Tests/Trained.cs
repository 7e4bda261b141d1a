using System.Runtime.CompilerServices;

namespace Zoo.Tests;

/// <summary>What lies beside the zoo: a folder for each ensemble, as its own commands would leave it.</summary>
internal static class Trained
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "Zoo", "Trained"));

    public static string ResultsPage { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", "docs", "results.md"));

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
