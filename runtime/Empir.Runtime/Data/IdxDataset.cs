namespace Empir.Data;

/// <summary>A dataset in a folder of four IDX files, such as <c>train-images-idx3-ubyte.gz</c>, compressed or not.</summary>
/// <param name="name">The name that specs use, also a subfolder's.</param>
/// <param name="classes">The classes' names, in the order of the labels.</param>
/// <param name="systemFolders">Folders in which the system's packages put it.</param>
public sealed class IdxDataset(string name, IReadOnlyList<string> classes, params IReadOnlyList<string> systemFolders)
    : DatasetSource(name, classes)
{
    private const string Compressed = ".gz";

    /// <inheritdoc />
    protected override IReadOnlyList<string> Marks => [IdxImages.FirstFile + Compressed, IdxImages.FirstFile];

    /// <inheritdoc />
    protected override IReadOnlyList<string> SystemFolders => systemFolders;

    /// <inheritdoc />
    public override DatasetSplit Load(DatasetLocation where)
    {
        var folder = Find(where);
        return IdxImages.Read(Name, Classes, file =>
        {
            var plain = Path.Combine(folder, file);
            var path = File.Exists(plain) ? plain : plain + Compressed;
            return (path, () => File.OpenRead(path));
        });
    }
}
