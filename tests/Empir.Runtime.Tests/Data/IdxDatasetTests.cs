using System.Buffers.Binary;
using System.IO.Compression;
using Empir.Formats;
using static TorchSharp.torch;

namespace Empir.Data;

public sealed class IdxDatasetTests : IDisposable
{
    private static readonly string[] Classes = ["a", "b", "c"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private DatasetSplit Load() => new IdxDataset("shapes", Classes).Load(new DatasetLocation(folder.Path));

    private static byte[] Idx(byte[] data, params int[] shape)
    {
        var header = new byte[4 + 4 * shape.Length];
        (header[2], header[3]) = (8, (byte)shape.Length);
        for (var i = 0; i < shape.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), shape[i]);
        return [.. header, .. data];
    }

    private static byte[] Gzip(byte[] content)
    {
        using var result = new MemoryStream();
        using (var stream = new GZipStream(result, CompressionLevel.Optimal))
            stream.Write(content);
        return result.ToArray();
    }

    // Three training and two test images of 2 x 2 pixels.
    private void WriteFour(bool compressed = false)
    {
        Write("train-images-idx3-ubyte", Idx([.. Enumerable.Range(0, 12).Select(i => (byte)(i * 20))], 3, 2, 2));
        Write("train-labels-idx1-ubyte", Idx([2, 0, 1], 3));
        Write("t10k-images-idx3-ubyte", Idx(new byte[8], 2, 2, 2));
        Write("t10k-labels-idx1-ubyte", Idx([1, 1], 2));

        void Write(string file, byte[] content) =>
            File.WriteAllBytes(folder.File(compressed ? file + ".gz" : file), compressed ? Gzip(content) : content);
    }

    // MNIST's files and Fashion-MNIST's have the same names.
    [Fact]
    public void Files_in_the_datasets_own_folder_go_before_those_beside_it()
    {
        WriteFour();
        Directory.CreateDirectory(folder.File("shapes"));
        foreach (var file in Directory.GetFiles(folder.Path))
            File.Copy(file, Path.Combine(folder.File("shapes"), Path.GetFileName(file)));
        File.WriteAllBytes(folder.File("train-labels-idx1-ubyte"), Idx([1, 1, 1], 3));
        using var data = Load();
        using var scope = NewDisposeScope();

        Assert.Equal([2L, 0L, 1L], data.Train.Batch([0, 1, 2], CPU).Labels.data<long>().ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_come_as_floats_between_0_and_1_with_their_labels(bool compressed)
    {
        WriteFour(compressed);
        using var data = Load();
        using var scope = NewDisposeScope();

        var (images, labels) = data.Train.Batch([2, 0], CPU);

        Assert.Equal([2, 1, 2, 2], images.shape);
        Assert.Equal([160 / 255f, 180 / 255f, 200 / 255f, 220 / 255f, 0, 20 / 255f, 40 / 255f, 60 / 255f], images.data<float>().ToArray());
        Assert.Equal([1L, 2L], labels.data<long>().ToArray());
        Assert.Equal((3, 2), (data.Train.Count, data.Test.Count));
        var (range, _) = data.Train.Range(2, 1, CPU);
        Assert.Equal(images[0], range[0]);
    }

    [Fact]
    public void The_hash_is_of_the_content_and_not_of_the_file()
    {
        WriteFour();
        using var plain = Load();
        foreach (var file in Directory.GetFiles(folder.Path))
            File.Delete(file);
        WriteFour(compressed: true);
        using var compressed = Load();

        Assert.Equal(plain.Train.Hash, compressed.Train.Hash);
        Assert.NotEqual(plain.Train.Hash, plain.Test.Hash);
        Assert.Matches("^[0-9a-f]{64}$", plain.Train.Hash);
    }

    [Fact]
    public void Batches_leave_nothing_behind_and_the_dataset_outlives_a_scope()
    {
        WriteFour();
        DatasetSplit data;
        using (NewDisposeScope())
        {
            data = Load();
        }
        using (data)
        {
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            var (images, labels) = data.Train.Batch([1], CPU);
            images.Dispose();
            labels.Dispose();
            Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
    }

    public static TheoryData<string, byte[], string> WrongFiles => new()
    {
        { "train-images-idx3-ubyte", Idx(new byte[12], 3, 2, 2)[..20], "is cut off" },
        { "train-images-idx3-ubyte", Idx(new byte[12], 3, 2, 2)[..10], "is cut off" },
        { "train-images-idx3-ubyte", [], "is cut off" },
        { "train-images-idx3-ubyte", Idx(new byte[13], 3, 2, 2), "goes on after its 3 x 2 x 2 bytes" },
        { "train-images-idx3-ubyte", Idx(new byte[12], 12), "and not with 00000803" },
        { "train-images-idx3-ubyte", "<!DOCTYPE html><html>"u8.ToArray(), "begins with 3c21444f" },
        { "train-images-idx3-ubyte", Idx(new byte[12], 0, 2, 2), "which it cannot" },
        { "train-images-idx3-ubyte", Idx(new byte[12], -3, 2, 2), "which it cannot" },
        { "train-images-idx3-ubyte", Idx(new byte[12], 60000, 60000, 60000), "which it cannot" },
        { "train-images-idx3-ubyte", Gzip(Idx(new byte[12], 600, 600, 600)), "which it cannot" },
        { "train-images-idx3-ubyte", Gzip(Idx(new byte[12], 3, 2, 2))[..^12], "is cut off" },
        { "train-images-idx3-ubyte", [.. Gzip(Idx(new byte[12], 3, 2, 2))[..^8], 1, 2, 3, 4, 5, 6, 7, 8], "does not decompress" },
        { "train-labels-idx1-ubyte", Idx([0, 1, 3], 3), "label 3 of image 2 is none of the 3 classes" },
        { "train-labels-idx1-ubyte", Idx([0, 1], 2), "has 2 labels for 3 images" },
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void A_wrong_file_is_one_line_that_names_it_and_the_fault(string file, byte[] content, string fault)
    {
        WriteFour();
        File.WriteAllBytes(folder.File(file), content);

        var message = Assert.Throws<CorruptFileException>(Load).Message;

        Assert.StartsWith($"{folder.File(file)} is damaged: ", message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_small_gzip_that_unpacks_to_gigabytes_is_read_no_further_than_its_header_allows()
    {
        WriteFour();
        var path = folder.File("train-images-idx3-ubyte");
        using (var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            stream.Write(Idx(new byte[12], 3, 2, 2));
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 256; i++)
                stream.Write(zeros);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("goes on after", Assert.Throws<CorruptFileException>(Load).Message, StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_missing_file_is_named_and_so_is_what_to_do()
    {
        WriteFour();
        File.Delete(folder.File("t10k-labels-idx1-ubyte"));

        var message = Assert.Throws<MissingDataException>(Load).Message;

        Assert.Equal($"{folder.File("t10k-labels-idx1-ubyte.gz")} is not there; fetch it, or name the dataset's folder with --data.", message);
    }

    [Fact]
    public void A_missing_dataset_says_where_it_was_looked_for()
    {
        var message = Assert.Throws<MissingDataException>(Load).Message;

        Assert.Contains("The dataset shapes is not there", message, StringComparison.Ordinal);
        Assert.Contains($"in none of {folder.File("shapes")}, {folder.Path};", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subfolder_of_the_datasets_name_will_do()
    {
        WriteFour();
        var parent = Directory.CreateDirectory(folder.File("all")).FullName;
        Directory.CreateDirectory(Path.Combine(parent, "shapes"));
        foreach (var file in Directory.GetFiles(folder.Path))
            File.Move(file, Path.Combine(parent, "shapes", Path.GetFileName(file)));

        using var data = new IdxDataset("shapes", Classes).Load(new DatasetLocation(parent));

        Assert.Equal(3, data.Train.Count);
    }

    [Fact]
    public void The_systems_own_folder_is_the_last_resort()
    {
        WriteFour();
        using var variable = new EnvironmentVariable(DatasetLocation.Variable, null);
        using var data = new IdxDataset("a_name_that_nobody_has", Classes, folder.Path).Load(new DatasetLocation());
        Assert.Equal(3, data.Train.Count);
    }

    [SharedDataFact("mnist")]
    public void The_full_MNIST_is_read()
    {
        using var mnist = DatasetCatalogue.Default.Load("mnist", new DatasetLocation(Repository.SharedData));
        using var scope = NewDisposeScope();

        Assert.Equal((60_000, 10_000), (mnist.Train.Count, mnist.Test.Count));
        // The first ten test digits, as every tutorial prints them; the mean is the one that everybody normalises by.
        Assert.Equal([7L, 2, 1, 0, 4, 1, 4, 9, 5, 9], mnist.Test.Range(0, 10, CPU).Labels.data<long>().ToArray());
        Assert.Equal(0.1307, mnist.Train.Range(0, 60_000, CPU).Images.mean().item<float>(), 0.5e-4);
    }
}
