using Empir.Data;
using Empir.Formats;

namespace Empir.CommandLine.Work;

/// <summary>A file of a dataset as it was found or fetched.</summary>
/// <param name="File">What its owners publish.</param>
/// <param name="State">Fetched now, there and the same, there and other bytes, or not there because it is not needed.</param>
internal sealed record CheckedFile(RemoteFile File, FileState State);

/// <summary>How a file compares with the one its owners publish.</summary>
internal enum FileState
{
    Fetched,
    Official,
    Other,
    Absent,
}

/// <summary>A dataset that is there and can be read.</summary>
internal sealed record CheckedDataset(
    string Name, string? Folder, IReadOnlyList<CheckedFile> Files, int TrainingImages, int TestImages, string TrainingHash, string TestHash);

/// <summary>Brings a dataset to the user's disk where it is not there, and reads it.</summary>
internal sealed class DatasetFetch(Tool tool, Screen screen, DatasetSource source, DatasetLocation where)
{
    /// <summary>Fetches what is missing and reads the whole.</summary>
    /// <param name="cancellation">Stops; what has arrived is kept.</param>
    /// <exception cref="UserErrorException">It cannot be fetched, or a file of it is damaged.</exception>
    public CheckedDataset Run(CancellationToken cancellation)
    {
        if (!source.IsInFiles)
            return Read(null, []);
        var folder = source.FolderIn(where);
        // Read as it is first: unpacked or repacked files are as good as the published ones.
        if (folder is not null && Whole() is { } whole)
            return Read(folder, Compare(folder), whole);
        folder ??= where.Home(source.Name);
        if (source.Remote.Count == 0)
            throw new MissingDataException($"{source.Name} is not for everybody to fetch: ask its owners, and put its files into {folder} (see docs/data.md).");
        RemoteFile[] missing = [.. source.Remote.Where(file => !File.Exists(Path.Combine(folder, file.Name)))];
        screen.Say($"{source.Name}: {Words.Megabytes(missing.Sum(file => file.Bytes))} to {folder}");
        Fetch(missing, folder, cancellation);
        return Read(folder, [.. Compare(folder).Select(one => missing.Contains(one.File) ? one with { State = FileState.Fetched } : one)]);
    }

    private DatasetSplit? Whole()
    {
        try
        {
            return source.Load(where);
        }
        catch (MissingDataException) when (source.Remote.Count > 0)
        {
            return null;
        }
        catch (CorruptFileException damaged) when (source.Remote.Count > 0)
        {
            throw new UserErrorException($"{damaged.Message} Move it away, and '{tool.Name} data {source.Name}' fetches it anew.", damaged);
        }
    }

    private void Fetch(RemoteFile[] files, string folder, CancellationToken cancellation)
    {
        using var downloader = new Downloader();
        try
        {
            screen.Progress.Download([.. files.Select(file => file.Name)], progress =>
            {
                // The commands are synchronous: there is nothing else to do meanwhile.
                foreach (var file in files)
                    downloader.FetchAsync(file, folder, progress, cancellation).GetAwaiter().GetResult();
            });
        }
        catch (OperationCanceledException stopped)
        {
            throw new StoppedException($"stopped while fetching {source.Name}. What has arrived is kept in {folder}; '{tool.Name} data {source.Name}' goes on from there.", stopped);
        }
    }

    private CheckedFile[] Compare(string folder) => [.. source.Remote.Select(file => new CheckedFile(file, StateOf(Path.Combine(folder, file.Name), file)))];

    private static FileState StateOf(string path, RemoteFile file) =>
        !File.Exists(path) ? FileState.Absent
        : new FileInfo(path).Length == file.Bytes && Downloader.Sha256(path) == file.Sha256 ? FileState.Official
        : FileState.Other;

    private CheckedDataset Read(string? folder, IReadOnlyList<CheckedFile> files, DatasetSplit? data = null)
    {
        using var split = data ?? source.Load(where);
        return new(source.Name, folder, files, split.Train.Count, split.Test.Count, split.Train.Hash, split.Test.Hash);
    }
}
