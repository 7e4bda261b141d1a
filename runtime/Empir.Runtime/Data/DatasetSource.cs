namespace Empir.Data;

/// <summary>Where a dataset comes from.</summary>
public abstract class DatasetSource
{
    /// <param name="name">The name that specs use.</param>
    /// <param name="classes">The classes' names, in the order of the labels; empty where only the files say.</param>
    protected DatasetSource(string name, IReadOnlyList<string> classes) => (Name, Classes) = (name, classes);

    /// <summary>The name that specs use, such as <c>mnist</c>.</summary>
    public string Name { get; }

    /// <summary>The classes' names, in the order of the labels; empty where only the files say.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The classes' names where only the files say, read without any image; empty where these cannot be read.</summary>
    /// <param name="where">Where to look.</param>
    public virtual IReadOnlyList<string> ClassesIn(DatasetLocation where) => Classes;

    /// <summary>The dataset's files as their owners publish them; empty where they are not for everybody to fetch.</summary>
    public IReadOnlyList<RemoteFile> Remote { get; init; } = [];

    /// <summary>The images and labels as their owners publish them; null where that is not known.</summary>
    public PublishedImages? Published { get; init; }

    /// <summary>Files or folders by which the dataset's folder is known; empty where it has none.</summary>
    protected virtual IReadOnlyList<string> Marks => [];

    /// <summary>Folders in which the system's packages put it.</summary>
    protected virtual IReadOnlyList<string> SystemFolders => [];

    /// <summary>Whether it comes as files, and not with the program.</summary>
    public bool IsInFiles => Marks.Count > 0;

    /// <summary>The folder that has one of its files, or null.</summary>
    /// <param name="where">Where to look.</param>
    public string? FolderIn(DatasetLocation where)
    {
        ArgumentNullException.ThrowIfNull(where);
        return where.Folders(Name, SystemFolders).FirstOrDefault(folder => Marks.Any(file => Path.Exists(Path.Combine(folder, file))));
    }

    /// <summary>Reads the whole dataset.</summary>
    /// <param name="where">Where to look for its files.</param>
    /// <exception cref="MissingDataException">It, or a file of it, is not there.</exception>
    /// <exception cref="UserErrorException">A file is missing or damaged; the message names it and says what to do.</exception>
    public abstract DatasetSplit Load(DatasetLocation where);

    /// <summary>
    /// A JPEG or PNG file of the user's as the dataset's own images are; without a preprocessing of its own, it has to have a
    /// network's size already, and no colours where the network takes none. Loads no libtorch.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="shape">Channels, height and width of the images a network takes.</param>
    /// <returns>Bytes, [C, H, W].</returns>
    /// <exception cref="UserErrorException">The file is missing, no whole image, or not such a one.</exception>
    public virtual byte[] ReadImage(string path, (int Channels, int Height, int Width) shape) => ImageFile.ReadExactly(path, shape);

    /// <summary>The folder that has one of its files.</summary>
    /// <param name="where">Where to look.</param>
    /// <exception cref="MissingDataException">None has.</exception>
    protected string Find(DatasetLocation where) => FolderIn(where) ?? throw new MissingDataException(
        $"The dataset {Name} is not there: {Marks[0]} is in none of {string.Join(", ", where.Folders(Name, SystemFolders))}; fetch it and name its folder with --data or {DatasetLocation.Variable}.");
}
