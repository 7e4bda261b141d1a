namespace Empir.Data;

/// <summary>
/// Images in folders named after their classes, as ImageNet is kept: <c>train/CLASS/*.jpg</c> for training,
/// <c>test/CLASS/*.jpg</c>, or where there is none <c>val</c>, for testing; JPEG or PNG. They are decoded batch by batch, so the dataset may be larger than
/// memory. Every image is preprocessed as EMPIR's released code does for validation: short side scaled, centre cut out.
/// </summary>
/// <remarks>
/// The classes are the lines of <c>classes.txt</c> in the folder, in the order of the labels, or else the folders of
/// <c>train</c>, in the order of their names. Images come class by class in turn, larger classes more often, so that
/// the first few have every class in about its share and are a fair sample. Channels are red, green, blue between 0 and 1; mean and standard
/// deviation are the spec's <c>normalize</c>, inside the network. (The released code applies the statistics of red, green,
/// blue to blue, green, red; the network learns either order, and this one is what the statistics mean.)
/// </remarks>
/// <param name="name">The name that specs use, also a subfolder's.</param>
/// <param name="resize">Short side before cutting, pixels.</param>
/// <param name="crop">Sides of an image, pixels.</param>
public sealed class ImageFolderDataset(string name, int resize = 256, int crop = 224) : DatasetSource(name, [])
{
    private const string TrainFolder = "train", TestFolder = "test", ValidationFolder = "val", ClassesFile = "classes.txt";
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];

    private readonly (int Resize, int Crop) size = crop >= 1 && crop <= resize
        ? (resize, crop)
        : throw new ArgumentException($"A square of {crop} pixels cannot be cut from images of {resize}.", nameof(crop));

    /// <inheritdoc />
    protected override IReadOnlyList<string> Marks => [TrainFolder, TestFolder, ValidationFolder];

    /// <inheritdoc />
    public override DatasetSplit Load(DatasetLocation where)
    {
        var folder = Find(where);
        try
        {
            var classes = ReadClasses(folder);
            return new DatasetSplit(Part(folder, TrainFolder, classes), Part(folder, TestOf(folder), classes));
        }
        catch (DirectoryNotFoundException error)
        {
            throw new MissingDataException($"{Path.Combine(folder, TrainFolder)} and {Path.Combine(folder, TestOf(folder))} have to be folders of classes: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{folder} cannot be read: {error.Message}", error);
        }
    }

    /// <inheritdoc />
    public override IReadOnlyList<string> ClassesIn(DatasetLocation where)
    {
        try
        {
            return FolderIn(where) is { } folder && (File.Exists(Path.Combine(folder, ClassesFile)) || Directory.Exists(Path.Combine(folder, TrainFolder)))
                ? ReadClasses(folder) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <inheritdoc />
    public override byte[] ReadImage(string path, (int Channels, int Height, int Width) shape) => shape == (3, size.Crop, size.Crop)
        ? ImageFile.Read(path, size.Resize, size.Crop)
        : base.ReadImage(path, shape);

    // ImageNet's own test images have no labels, and its val is what everybody tests on.
    private static string TestOf(string folder) =>
        Path.Combine(folder, TestFolder) is var test && Directory.Exists(test) && Directory.EnumerateDirectories(test).Any() ? TestFolder : ValidationFolder;

    private static string[] ReadClasses(string folder)
    {
        var file = Path.Combine(folder, ClassesFile);
        if (!File.Exists(file))
            return Names(Directory.EnumerateDirectories(Path.Combine(folder, TrainFolder)));
        string[] classes = [.. File.ReadAllLines(file).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return classes.GroupBy(line => line).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new UserErrorException($"{file}: names the class '{twice.Key}' twice; each is one line, in the order of the labels.")
            : classes;
    }

    private ImageDataset Part(string folder, string part, string[] classes)
    {
        var place = Path.Combine(folder, part);
        var labels = classes.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => pair.index, StringComparer.Ordinal);
        var folders = Names(Directory.EnumerateDirectories(place));
        if (folders.FirstOrDefault(name => !labels.ContainsKey(name)) is { } unknown)
            throw new UserErrorException($"{Path.Combine(place, unknown)}: no class of that name is in {(File.Exists(Path.Combine(folder, ClassesFile)) ? ClassesFile : TrainFolder)}; move it away, or name it as there.");
        (string File, int Label)[] images =
        [
            .. folders.SelectMany(InTurn).OrderBy(image => image.Turn).ThenBy(image => image.Label).Select(image => (image.File, image.Label)),
        ];
        return images.Length == 0
            ? throw new MissingDataException($"{place} has no images: put them into a folder for each class, as {string.Join(", ", Extensions)}.")
            : new ImageDataset(
                Name, classes, (3, size.Crop, size.Crop),
                new FolderImages(place, [.. images.Select(image => image.File)], size.Resize, size.Crop), [.. images.Select(image => image.Label)]);

        // An image's place within its class, as a share of it: where that is the same, every class has given as large a part.
        IEnumerable<(string File, int Label, double Turn)> InTurn(string name)
        {
            var files = Names(Directory.EnumerateFiles(Path.Combine(place, name)).Where(IsImage));
            return files.Select((file, number) => (Path.Combine(name, file), labels[name], (number + 0.5) / files.Length));
        }
    }

    private static string[] Names(IEnumerable<string> paths) =>
        [.. paths.Select(path => Path.GetFileName(path)).Where(name => name[0] != '.').Order(StringComparer.Ordinal)];

    private static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
