namespace Zoo.Tests;

/// <summary>A test on a full dataset, which lies beside the repository; skipped where it does not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataAttribute : FactAttribute
{
    /// <param name="name">The dataset's folder, such as <c>mnist</c>.</param>
    public SharedDataAttribute(string name)
    {
        if (!Directory.Exists(Path.Combine(Folder, name)))
            Skip = $"The dataset {name} is not at {Folder}.";
    }

    /// <summary>Where the datasets lie.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Empir.sln")))
            folder = folder.Parent;
        return Path.GetFullPath(Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "..", "shared", "data"));
    }
}
