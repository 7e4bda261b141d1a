using Empir.Files;

namespace Empir.Data;

/// <summary>Where to look for datasets' files.</summary>
/// <param name="Folder">
/// The folder that the user names with --data, the only one then; null: EMPIR_DATA, the user's cache and the system's own.
/// </param>
public sealed record DatasetLocation(string? Folder = null)
{
    /// <summary>The variable that names a folder of datasets.</summary>
    public const string Variable = "EMPIR_DATA";

    /// <summary>Where a dataset that is fetched goes: <c>DIR/NAME</c> of the user's folder, or the user's cache.</summary>
    /// <param name="dataset">The dataset's name.</param>
    /// <exception cref="UserErrorException">The account has no folder for it.</exception>
    public string Home(string dataset) =>
        (Folder ?? Environment.GetEnvironmentVariable(Variable)) is { Length: > 0 } named ? Path.Combine(named, dataset)
            : CacheFolder(dataset) ?? throw new UserErrorException($"This account has no cache folder; name one with --data or {Variable}.");

    /// <summary>The folders in which a dataset is looked for, in this order.</summary>
    /// <param name="dataset">The dataset's name, also a subfolder's.</param>
    /// <param name="system">Folders in which the system's packages put it.</param>
    internal IReadOnlyList<string> Folders(string dataset, IReadOnlyList<string> system)
    {
        if (Folder is not null)
            return WithSubfolder(Folder);
        var variable = Environment.GetEnvironmentVariable(Variable);
        return
        [
            .. string.IsNullOrEmpty(variable) ? [] : WithSubfolder(variable),
            .. CacheFolder(dataset) is { } cache ? [cache] : Array.Empty<string>(),
            .. system,
        ];

        // Datasets may have files of the same names: what lies in its own folder is surely the one.
        string[] WithSubfolder(string folder) => [Path.Combine(folder, dataset), folder];
    }

    private static string? CacheFolder(string dataset) => UserFolders.Cache is { } cache ? Path.Combine(cache, "data", dataset) : null;
}
