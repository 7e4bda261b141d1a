namespace Empir;

/// <summary>A test on a full dataset, which lies beside the repository; skipped where it does not.</summary>
internal sealed class SharedDataFactAttribute : FactAttribute
{
    /// <param name="path">The file or folder it needs, such as <c>mnist</c>.</param>
    public SharedDataFactAttribute(string path)
    {
        if (!Path.Exists(Path.Combine(Repository.SharedData, path)))
            Skip = $"The dataset {path} is not at {Repository.SharedData}.";
    }
}
