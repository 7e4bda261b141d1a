using Empir.Formats;

namespace Empir.Data;

/// <summary>Four IDX files, images and labels for training and for testing, as MNIST and its successors come.</summary>
internal static class IdxImages
{
    /// <summary>The file by which the four are known.</summary>
    public const string FirstFile = "train-images-idx3-ubyte";

    /// <summary>Reads the four files.</summary>
    /// <param name="name">The dataset's name.</param>
    /// <param name="classes">The classes' names.</param>
    /// <param name="locate">A file's full name, for messages, and how it is opened.</param>
    /// <exception cref="UserErrorException">A file is missing, damaged, or does not go with its sibling.</exception>
    public static DatasetSplit Read(string name, IReadOnlyList<string> classes, Func<string, (string Path, Func<Stream> Open)> locate)
    {
        var train = ReadPart("train");
        try
        {
            return new DatasetSplit(train, ReadPart("t10k"));
        }
        catch
        {
            train.Dispose();
            throw;
        }

        ImageDataset ReadPart(string part)
        {
            var (_, images) = ReadFile($"{part}-images-idx3-ubyte", dimensions: 3);
            var (path, labels) = ReadFile($"{part}-labels-idx1-ubyte", dimensions: 1);
            if (labels.Shape[0] != images.Shape[0])
                throw new CorruptFileException(path, $"it has {labels.Shape[0]} labels for {images.Shape[0]} images");
            if (labels.Data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes.Count - 1)) is >= 0 and var wrong)
                throw new CorruptFileException(path, $"label {labels.Data[wrong]} of image {wrong} is none of the {classes.Count} classes");
            return new ImageDataset(name, classes, (1, images.Shape[1], images.Shape[2]), images.Data, labels.Data);
        }

        (string Path, IdxFile File) ReadFile(string file, int dimensions)
        {
            var (path, open) = locate(file);
            return (path, DatasetFile.Read(path, open, stream => IdxFile.Read(path, stream, dimensions)));
        }
    }
}
