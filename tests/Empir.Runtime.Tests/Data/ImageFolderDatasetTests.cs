using Empir.Formats;
using SkiaSharp;
using static TorchSharp.torch;

namespace Empir.Data;

public sealed class ImageFolderDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private DatasetSplit Load(int resize = 4, int crop = 4) => new ImageFolderDataset("pictures", resize, crop).Load(new DatasetLocation(folder.Path));

    private void Write(string file, int width, int height, Func<int, int, SKColor> pixel, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        var path = folder.File(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, pixel(x, y));
        using var stream = File.Create(path);
        bitmap.Encode(stream, format, 95);
    }

    private void Plain(string file, byte value) => Write(file, 4, 4, (_, _) => new SKColor(value, value, value));

    // Two images of a, one of b, in either part.
    private void WriteSmall()
    {
        foreach (var part in new[] { "train", "val" })
        {
            Plain($"{part}/b/0.png", 30);
            Plain($"{part}/a/1.png", 20);
            Plain($"{part}/a/0.PNG", 10);
            File.WriteAllText(folder.File($"{part}/a/notes.txt"), "not an image");
        }
    }

    [Fact]
    public void Channels_are_red_green_blue_and_pixels_keep_their_place()
    {
        WriteSmall();
        Write("val/a/0.PNG", 4, 4, (x, y) => new SKColor((byte)(x * 10), (byte)(y * 10), 200));
        using var data = Load();
        using var scope = NewDisposeScope();

        var (images, labels) = data.Test.Range(0, 1, CPU);

        Assert.Equal([1, 3, 4, 4], images.shape);
        using var bytes = images.mul(255).round();
        Assert.Equal([0f, 10, 20, 30], bytes[0, 0, 2].data<float>().ToArray());
        Assert.Equal([20f, 20, 20, 20], bytes[0, 1, 2].data<float>().ToArray());
        Assert.Equal(200, bytes[0, 2, 3, 3].item<float>());
        Assert.Equal([0L], labels.data<long>().ToArray());
    }

    // The file is four times as wide as what evaluation sees of it.
    [Fact]
    public void A_part_is_of_the_whole_file()
    {
        WriteSmall();
        Write("train/a/0.PNG", 16, 4, (x, y) => new SKColor((byte)(x * 10), (byte)(y * 10), 200));
        using var data = Load();
        using var scope = NewDisposeScope();

        var (images, _) = data.Train.Batch([0, 1], CPU, (index, height, width) => index == 0 ? new(0, width - 4, height, 4) : new(0, 0, height, width));

        using var bytes = images.mul(255).round();
        Assert.Equal([120f, 130, 140, 150], bytes[0, 0, 2].data<float>().ToArray());
        Assert.Equal([0f, 10, 20, 30], bytes[0, 1, TensorIndex.Colon, 1].data<float>().ToArray());
        Assert.True(bytes[1].eq(30).all().ToBoolean());
    }

    [Fact]
    public void Classes_take_turns_so_that_the_first_images_are_a_fair_sample()
    {
        WriteSmall();
        using var data = Load();
        using var scope = NewDisposeScope();

        var (images, labels) = data.Train.Range(0, 3, CPU);

        Assert.Equal(["a", "b"], data.Train.Classes);
        Assert.Equal([0L, 1, 0], labels.data<long>().ToArray());
        Assert.Equal([10f, 30, 20], images[TensorIndex.Colon, 0, 0, 0].mul(255).round().data<float>().ToArray());
        using var first = data.Train.First(2);
        Assert.Equal(2, first.Count);
        Assert.NotEqual(first.Hash, data.Train.Hash);
    }

    [Fact]
    public void A_class_with_more_images_has_its_share_of_the_first_ones()
    {
        for (var image = 0; image < 9; image++)
            Plain($"train/{(image < 6 ? "many" : "some")}/{image}.png", 10);
        Plain("val/many/0.png", 10);
        using var data = Load();
        using var scope = NewDisposeScope();

        Assert.Equal([0L, 1, 0, 0, 1, 0, 0, 1, 0], data.Train.Range(0, 9, CPU).Labels.data<long>().ToArray());
    }

    [Fact]
    public void The_short_side_is_scaled_and_the_centre_kept()
    {
        WriteSmall();
        // 16 x 8 to 8 x 4, of which columns 2 to 5 stay: each the mean of two columns of the file.
        Write("val/a/0.PNG", 16, 8, (x, _) => new SKColor((byte)(x * 10), 0, 0));
        using var data = Load();
        using var scope = NewDisposeScope();

        var (images, _) = data.Test.Range(0, 1, CPU);

        Assert.Equal([45f, 65, 85, 105], images[0, 0, 1].mul(255).round().data<float>().ToArray());
    }

    [Fact]
    public void Scaling_is_PyTorchs_bilinear_interpolation()
    {
        WriteSmall();
        var random = new Random(3);
        var colors = Enumerable.Range(0, 37 * 23).Select(_ => (byte)random.Next(256)).ToArray();
        Write("val/a/0.PNG", 37, 23, (x, y) => new SKColor(colors[y * 37 + x], 0, 0));
        using var data = Load(resize: 16, crop: 11);
        using var scope = NewDisposeScope();

        var (images, _) = data.Test.Range(0, 1, CPU);

        var whole = tensor(colors.Select(value => (float)value).ToArray()).reshape(1, 1, 23, 37);
        var scaled = nn.functional.interpolate(whole, [16, 25], mode: InterpolationMode.Bilinear, align_corners: false);
        var expected = scaled[0, 0].narrow(0, 2, 11).narrow(1, 7, 11);
        Assert.InRange((images[0, 0] * 255 - expected).abs().max().item<float>(), 0, 0.501f);
    }

    [Fact]
    public void A_jpeg_is_read()
    {
        WriteSmall();
        Write("val/b/1.jpg", 64, 48, (_, _) => new SKColor(200, 100, 50), SKEncodedImageFormat.Jpeg);
        using var data = Load();
        using var scope = NewDisposeScope();

        var (images, labels) = data.Test.Batch([3], CPU);

        Assert.Equal(1, labels.item<long>());
        var center = images[0, TensorIndex.Colon, 2, 2].mul(255).data<float>().ToArray();
        Assert.InRange(center[0], 197, 203);
        Assert.InRange(center[2], 47, 53);
    }

    [Fact]
    public void Classes_txt_gives_labels_their_order_and_may_name_more()
    {
        WriteSmall();
        File.WriteAllText(folder.File("classes.txt"), string.Concat(Enumerable.Range(0, 300).Select(i => $"unseen{i}\n")) + "b\na\n\n");
        using var data = Load();
        using var scope = NewDisposeScope();

        Assert.Equal([301L, 300, 301], data.Test.Range(0, 3, CPU).Labels.data<long>().ToArray());
        Assert.Equal(302, data.Test.Classes.Count);
    }

    [Fact]
    public void Files_that_change_their_length_change_the_hash()
    {
        WriteSmall();
        using var before = Load();
        using var again = Load();
        Assert.Equal(before.Train.Hash, again.Train.Hash);
        Write("train/b/0.png", 9, 9, (x, y) => new SKColor((byte)(x * y), 1, 2));
        using var after = Load();

        Assert.NotEqual(before.Train.Hash, after.Train.Hash);
    }

    [Fact]
    public void Nothing_is_read_before_it_is_asked_for_and_nothing_is_left_behind()
    {
        WriteSmall();
        using var data = Load();
        File.WriteAllText(folder.File("train/a/0.PNG"), "damaged");
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        var (images, labels) = data.Train.Batch([1, 2], CPU);
        images.Dispose();
        labels.Dispose();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.StartsWith(folder.File("train/a/0.PNG"), Assert.Throws<CorruptFileException>(() => data.Train.Range(0, 1, CPU)).Message, StringComparison.Ordinal);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData("0.png")]
    [InlineData("0.jpg")]
    public void A_truncated_image_is_named(string file)
    {
        WriteSmall();
        Write($"val/c/{file}", 64, 64, (x, y) => new SKColor((byte)(x * 4), (byte)(y * 4), (byte)(x ^ y)), file.EndsWith("jpg", StringComparison.Ordinal) ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png);
        Directory.CreateDirectory(folder.File("train/c"));
        var path = folder.File($"val/c/{file}");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..(int)(new FileInfo(path).Length / 2)]);
        using var data = Load();

        Assert.Equal(
            $"{path} is damaged: it is cut off; make or fetch it again.",
            Assert.Throws<CorruptFileException>(() => data.Test.Range(2, 1, CPU)).Message);
    }

    [Fact]
    public void A_class_that_training_does_not_know_is_named()
    {
        WriteSmall();
        Plain("val/zebra/0.png", 1);

        Assert.Contains($"{folder.File("val/zebra")}: no class of that name", Assert.Throws<UserErrorException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_named_twice_is_refused()
    {
        WriteSmall();
        File.WriteAllText(folder.File("classes.txt"), "a\nb\na\n");

        Assert.Contains("names the class 'a' twice", Assert.Throws<UserErrorException>(() => Load()).Message, StringComparison.Ordinal);
    }

    // Images for testing go before those for tuning, unless nobody knows their classes, as of ImageNet's own.
    [Theory]
    [InlineData("test/a/0.png", 1)]
    [InlineData("test/0.png", 3)]
    public void Tested_on_is_the_test_folder_if_it_has_classes(string image, int tested)
    {
        WriteSmall();
        Plain(image, 90);
        using var data = Load();

        Assert.Equal(tested, data.Test.Count);
    }

    [Fact]
    public void What_the_classes_are_called_is_known_without_reading_an_image()
    {
        var source = new ImageFolderDataset("pictures");
        Assert.Empty(source.ClassesIn(new(folder.Path)));

        Directory.CreateDirectory(folder.File("train/b"));
        Directory.CreateDirectory(folder.File("train/a"));
        Assert.Equal(["a", "b"], source.ClassesIn(new(folder.Path)));

        File.WriteAllText(folder.File("classes.txt"), "b\na\n");
        Assert.Equal(["b", "a"], source.ClassesIn(new(folder.Path)));
    }

    [Theory]
    [InlineData("val")]
    [InlineData("train")]
    public void A_missing_part_is_named(string part)
    {
        WriteSmall();
        Directory.Delete(folder.File(part), recursive: true);

        Assert.Contains(folder.File(part), Assert.Throws<MissingDataException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crop_larger_than_the_image_is_a_mistake_of_the_programs() =>
        Assert.Throws<ArgumentException>(() => new ImageFolderDataset("pictures", resize: 224, crop: 256));

    [SharedDataFact("imagenet-sample")]
    public void Every_image_of_the_sample_is_read()
    {
        var sample = Path.Combine(Repository.SharedData, "imagenet-sample");
        foreach (var part in new[] { "train", "val" })
            Directory.CreateSymbolicLink(folder.File(part), sample);
        using var data = Load(resize: 256, crop: 224);
        using var scope = NewDisposeScope();

        Assert.Equal(250, data.Test.Count);
        var (images, labels) = data.Test.Range(0, 250, CPU);

        Assert.Equal([250, 3, 224, 224], images.shape);
        Assert.Equal(Enumerable.Range(0, 250).Select(label => (long)label), labels.data<long>().ToArray());
        // Photographs are about as bright as those that everybody normalises by.
        Assert.Equal([0.485f, 0.456f, 0.406f], images.mean([0L, 2, 3]).data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 0.05);
    }
}
