namespace Empir.Data;

/// <summary>The datasets that specs may name.</summary>
/// <param name="Sources">Where each comes from.</param>
public sealed record DatasetCatalogue(IReadOnlyList<DatasetSource> Sources)
{
    /// <summary>Zalando's classes of clothing, in the order of the labels.</summary>
    public static IReadOnlyList<string> FashionClasses { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>The full datasets that Empir can read: mnist, fashion_mnist, cifar10, imagenet.</summary>
    public static DatasetCatalogue Default { get; } = new(
    [
        new IdxDataset("mnist", ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]) { Remote = OfficialFiles.Mnist, Published = OfficialFiles.MnistImages },
        // Where Debian's package dataset-fashion-mnist puts it.
        new IdxDataset("fashion_mnist", FashionClasses, "/usr/share/datasets/fashion-mnist") { Remote = OfficialFiles.FashionMnist },
        new Cifar10Dataset { Remote = OfficialFiles.Cifar10, Published = OfficialFiles.Cifar10Images },
        // Its owners give it to those who ask; it is looked for, and never fetched.
        new ImageFolderDataset("imagenet"),
    ]);

    /// <summary>The catalogue with another source, which takes the place of one of the same name.</summary>
    /// <param name="source">The source.</param>
    public DatasetCatalogue With(DatasetSource source) => new([.. Sources.Where(other => other.Name != source.Name), source]);

    /// <summary>Reads a dataset.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="where">Where to look for its files.</param>
    /// <exception cref="UserErrorException">There is none of that name, or a file is missing or damaged.</exception>
    public DatasetSplit Load(string name, DatasetLocation where) =>
        Sources.FirstOrDefault(source => source.Name == name)?.Load(where)
        ?? throw new UserErrorException($"There is no dataset '{name}'; use {string.Join(", ", Sources.Select(source => source.Name))}.");
}
