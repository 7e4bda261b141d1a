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

    /// <summary>The first folder that has one of a dataset's files.</summary>
    /// <param name="dataset">The dataset's name, also a subfolder's.</param>
    /// <param name="files">Files or folders by which the dataset is known.</param>
    /// <param name="system">Folders in which the system's packages put it.</param>
    /// <exception cref="UserErrorException">None has.</exception>
    internal string Find(string dataset, IReadOnlyList<string> files, IReadOnlyList<string> system)
    {
        var folders = Folders(dataset, system).ToList();
        return folders.FirstOrDefault(folder => files.Any(file => Path.Exists(Path.Combine(folder, file))))
            ?? throw new UserErrorException(
                $"The dataset {dataset} is not there: {files[0]} is in none of {string.Join(", ", folders)}; fetch it and name its folder with --data or {Variable}.");
    }

    private IEnumerable<string> Folders(string dataset, IReadOnlyList<string> system)
    {
        if (Folder is not null)
            return WithSubfolder(Folder);
        var variable = Environment.GetEnvironmentVariable(Variable);
        return
        [
            .. string.IsNullOrEmpty(variable) ? [] : WithSubfolder(variable),
            .. UserFolders.Cache is { } cache ? [Path.Combine(cache, "data", dataset)] : Array.Empty<string>(),
            .. system,
        ];

        IEnumerable<string> WithSubfolder(string folder) => [folder, Path.Combine(folder, dataset)];
    }
}
