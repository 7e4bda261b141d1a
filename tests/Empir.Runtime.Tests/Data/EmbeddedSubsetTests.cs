using System.IO.Compression;
using static TorchSharp.torch;

namespace Empir.Data;

public sealed class EmbeddedSubsetTests
{
    private static string Folder => Path.Combine(Repository.Root, "examples", "Zoo", "Data", "fashion_mnist_subset");

    [Fact]
    public void It_has_800_training_and_200_test_images_of_each_class()
    {
        using var data = new IdxDataset("subset", DatasetCatalogue.FashionClasses).Load(new DatasetLocation(Folder));

        AssertStratified(data.Train, 800);
        AssertStratified(data.Test, 200);
        Assert.Equal((1, 28, 28), (data.Train.Channels, data.Train.Height, data.Train.Width));
    }

    [Fact]
    public void It_is_small_enough_to_live_in_the_repository_and_carries_its_licence()
    {
        Assert.InRange(Directory.GetFiles(Folder, "*.gz").Sum(file => new FileInfo(file).Length), 1_000_000, 5_000_000);
        Assert.Contains("Zalando", File.ReadAllText(Path.Combine(Folder, "LICENSE")), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_the_full_datasets_first_images_and_no_others()
    {
        // The header, then the first image of all, an ankle boot, which is also the first of its class.
        using var stream = new GZipStream(File.OpenRead(Path.Combine(Folder, "train-labels-idx1-ubyte.gz")), CompressionMode.Decompress);
        var labels = new byte[18];
        stream.ReadExactly(labels);
        Assert.Equal([0, 0, 8, 1, 0, 0, 0x1f, 0x40, 9, 0, 0, 3, 0, 2, 7, 2, 5, 5], labels);
    }

    private static void AssertStratified(ImageDataset images, int perClass)
    {
        using var scope = NewDisposeScope();
        var counts = images.Range(0, images.Count, CPU).Labels.bincount(null, 10).data<long>().ToArray();
        Assert.Equal(Enumerable.Repeat((long)perClass, 10), counts);
    }
}
