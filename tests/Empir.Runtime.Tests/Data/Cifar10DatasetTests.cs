using System.Formats.Tar;
using System.IO.Compression;
using Empir.Formats;
using static TorchSharp.torch;

namespace Empir.Data;

public sealed class Cifar10DatasetTests : IDisposable
{
    private const int RecordBytes = 1 + 3 * 32 * 32;
    private static readonly string[] Files = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin"), "test_batch.bin"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private DatasetSplit Load() => new Cifar10Dataset().Load(new DatasetLocation(folder.Path));

    // Two images in each file; the first byte of a record is its label.
    private static byte[] Records(int file) =>
        [(byte)file, .. Enumerable.Repeat((byte)(10 * file), RecordBytes - 1), 9, .. Enumerable.Repeat((byte)255, RecordBytes - 1)];

    private static void WriteFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < Files.Length; i++)
            File.WriteAllBytes(Path.Combine(folder, Files[i]), Records(i));
    }

    private void WriteArchive(params IEnumerable<string> files)
    {
        using var stream = new GZipStream(File.Create(folder.File("cifar-10-binary.tar.gz")), CompressionLevel.Fastest);
        using var archive = new TarWriter(stream);
        foreach (var file in files)
            archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"cifar-10-batches-bin/{file}") { DataStream = new MemoryStream(Records(Array.IndexOf(Files, file))) });
    }

    private static void AssertContent(DatasetSplit data)
    {
        using var scope = NewDisposeScope();
        Assert.Equal((10, 2), (data.Train.Count, data.Test.Count));
        var (images, labels) = data.Train.Range(0, 10, CPU);
        Assert.Equal([10, 3, 32, 32], images.shape);
        Assert.Equal([0L, 9, 1, 9, 2, 9, 3, 9, 4, 9], labels.data<long>().ToArray());
        Assert.Equal(40 / 255f, images[8].max().item<float>());
        Assert.Equal([5L, 9L], data.Test.Range(0, 2, CPU).Labels.data<long>().ToArray());
    }

    [Fact]
    public void The_archive_is_read_as_it_is_downloaded()
    {
        WriteArchive(Files);
        using var data = Load();
        AssertContent(data);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cifar-10-batches-bin")]
    [InlineData("cifar10/cifar-10-batches-bin")]
    public void So_are_the_unpacked_files(string subfolder)
    {
        WriteFolder(folder.File(subfolder));
        using var data = Load();
        AssertContent(data);
    }

    [Theory]
    [InlineData(RecordBytes - 1, "are not 1 to 10000 records")]
    [InlineData(0, "are not 1 to 10000 records")]
    [InlineData(10_001 * RecordBytes, "are not 1 to 10000 records")]
    public void A_file_that_is_not_whole_records_is_named(int bytes, string fault)
    {
        WriteFolder(folder.Path);
        File.WriteAllBytes(folder.File("data_batch_3.bin"), new byte[bytes]);

        var message = Assert.Throws<CorruptFileException>(Load).Message;

        Assert.StartsWith(folder.File("data_batch_3.bin"), message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_without_a_class_is_named()
    {
        WriteFolder(folder.Path);
        File.WriteAllBytes(folder.File("test_batch.bin"), [10, .. new byte[RecordBytes - 1]]);

        Assert.Contains("label 10 of image 0", Assert.Throws<CorruptFileException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_without_one_of_the_files_says_which()
    {
        WriteArchive(Files.Where(file => file != "data_batch_2.bin"));
        Assert.Contains("it has no data_batch_2.bin", Assert.Throws<CorruptFileException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_is_not_what_its_checksum_says_is_refused()
    {
        WriteArchive(Files);
        var path = folder.File("cifar-10-binary.tar.gz");
        var bytes = File.ReadAllBytes(path);
        // The last eight bytes are the checksum and the length.
        bytes[^8] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.Contains(path, Assert.Throws<CorruptFileException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_archive_never_fails_in_any_other_way()
    {
        WriteArchive(Files);
        var path = folder.File("cifar-10-binary.tar.gz");
        byte[] intact;
        using (var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
        using (var content = new MemoryStream())
        {
            stream.CopyTo(content);
            intact = content.ToArray();
        }
        var random = new Random(1);
        for (var round = 0; round < 150; round++)
        {
            // Damage before compression reaches the tar headers, damage after it the gzip stream.
            var tar = (byte[])intact.Clone();
            for (var i = 0; i < 3; i++)
                tar[random.Next(Files.Length) * 6656 + random.Next(512)] = (byte)random.Next(256);
            using (var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest))
                stream.Write(round % 3 == 0 ? tar[..random.Next(tar.Length)] : tar);
            if (round % 2 == 0)
            {
                var bytes = File.ReadAllBytes(path);
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
                File.WriteAllBytes(path, bytes);
            }

            var error = Record.Exception(() => Load().Dispose());

            if (error is not null)
                Assert.StartsWith(path, Assert.IsAssignableFrom<UserErrorException>(error).Message, StringComparison.Ordinal);
        }
    }

    [SharedDataFact("cifar10")]
    public void The_full_CIFAR_10_is_read()
    {
        using var cifar = DatasetCatalogue.Default.Load("cifar10", new DatasetLocation(Repository.SharedData));
        using var scope = NewDisposeScope();

        Assert.Equal((50_000, 10_000), (cifar.Train.Count, cifar.Test.Count));
        // The first test images are a cat, two ships and an airplane; the means are those that everybody normalises by.
        Assert.Equal([3L, 8, 8, 0], cifar.Test.Range(0, 4, CPU).Labels.data<long>().ToArray());
        var means = cifar.Train.Range(0, 50_000, CPU).Images.mean([0, 2, 3]).data<float>().ToArray();
        Assert.All(means.Zip([0.4914, 0.4822, 0.4465]), pair => Assert.Equal(pair.Second, pair.First, 0.5e-4));
    }
}
