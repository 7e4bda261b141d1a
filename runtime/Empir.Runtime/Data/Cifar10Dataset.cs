using System.Formats.Tar;
using System.IO.Compression;
using Empir.Formats;

namespace Empir.Data;

/// <summary>
/// CIFAR-10 in its binary version: six files of records, each a label and 3 x 32 x 32 bytes, in the archive
/// <c>cifar-10-binary.tar.gz</c> as it is downloaded, or unpacked.
/// </summary>
public sealed class Cifar10Dataset() : DatasetSource("cifar10", ClassNames)
{
    private const string Archive = "cifar-10-binary.tar.gz", Unpacked = "cifar-10-batches-bin", TestFile = "test_batch.bin";
    private const int ImageBytes = 3 * 32 * 32, RecordBytes = 1 + ImageBytes, MostRecords = 10_000;

    private static readonly string[] ClassNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    private static readonly string[] TrainFiles =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    /// <inheritdoc />
    protected override IReadOnlyList<string> Marks => [Archive, Unpacked, TestFile];

    /// <inheritdoc />
    public override DatasetSplit Load(DatasetLocation where)
    {
        var folder = Find(where);
        var archive = Path.Combine(folder, Archive);
        if (File.Exists(archive))
            return Combine(archive, DatasetFile.Read(archive, () => File.OpenRead(archive), stream => ReadArchive(archive, stream)));
        if (Directory.Exists(Path.Combine(folder, Unpacked)))
            folder = Path.Combine(folder, Unpacked);
        return Combine(folder, TrainFiles.Append(TestFile).ToDictionary(file => file, file => ReadFile(Path.Combine(folder, file))));
    }

    private static Dictionary<string, byte[]> ReadArchive(string path, Stream stream)
    {
        Dictionary<string, byte[]> files = [];
        using var content = new GZipStream(stream, CompressionMode.Decompress);
        using var archive = new TarReader(content);
        while (Next(archive) is { } entry)
        {
            var file = Path.GetFileName(entry.Name);
            if (entry.DataStream is { } data && (file == TestFile || TrainFiles.Contains(file)))
                files[file] = ReadRecords($"{path}: {file}", data, entry.Length);
        }
        // To the end, where the checksum is.
        content.CopyTo(Stream.Null);
        return files;
    }

    // A damaged header's numbers and dates leave TarReader by more exceptions than it documents.
    private static TarEntry? Next(TarReader archive)
    {
        try
        {
            return archive.GetNextEntry();
        }
        catch (Exception error) when (error is OverflowException or FormatException or ArgumentException)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    private static byte[] ReadFile(string path) =>
        DatasetFile.Read(path, () => File.OpenRead(path), stream => ReadRecords(path, stream, stream.Length));

    private static byte[] ReadRecords(string path, Stream stream, long length)
    {
        if (length == 0 || length % RecordBytes != 0 || length > MostRecords * RecordBytes)
            throw new CorruptFileException(path, $"its {length} bytes are not 1 to {MostRecords} records of {RecordBytes}");
        var records = new byte[length];
        stream.ReadExactly(records);
        for (var at = 0; at < records.Length; at += RecordBytes)
        {
            if (records[at] >= ClassNames.Length)
                throw new CorruptFileException(path, $"label {records[at]} of image {at / RecordBytes} is none of the {ClassNames.Length} classes");
        }
        return records;
    }

    private DatasetSplit Combine(string path, Dictionary<string, byte[]> files)
    {
        if (TrainFiles.Append(TestFile).FirstOrDefault(file => !files.ContainsKey(file)) is { } missing)
            throw new CorruptFileException(path, $"it has no {missing}");
        return new DatasetSplit(Images([.. TrainFiles.Select(file => files[file])]), Images([files[TestFile]]));
    }

    private ImageDataset Images(IReadOnlyList<byte[]> files)
    {
        var count = files.Sum(records => records.Length / RecordBytes);
        var (images, labels) = (new byte[count * ImageBytes], new byte[count]);
        var i = 0;
        foreach (var records in files)
        {
            for (var at = 0; at < records.Length; at += RecordBytes, i++)
            {
                labels[i] = records[at];
                records.AsSpan(at + 1, ImageBytes).CopyTo(images.AsSpan(i * ImageBytes));
            }
        }
        return new ImageDataset(Name, Classes, (3, 32, 32), images, labels);
    }
}
