namespace Empir;

/// <summary>Where the tests' own files and the shared ones lie.</summary>
internal static class Repository
{
    /// <summary>The folder of Empir.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Reference values, beside the repository; not part of it.</summary>
    public static string Golden => Path.GetFullPath(Path.Combine(Root, "..", "shared", "golden"));

    /// <summary>Full datasets, beside the repository; not part of it.</summary>
    public static string SharedData => Path.GetFullPath(Path.Combine(Root, "..", "shared", "data"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Empir.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"There is no Empir.sln above {AppContext.BaseDirectory}.");
    }
}
