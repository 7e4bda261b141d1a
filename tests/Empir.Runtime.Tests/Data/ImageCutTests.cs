using Empir.Attacks;
using Empir.Training;
using static TorchSharp.torch;

namespace Empir.Data;

public class ImageCutTests
{
    [Fact]
    public void A_random_part_has_its_share_of_the_area_and_is_neither_narrow_nor_flat()
    {
        var cuts = Enumerable.Range(0, 2_000).Select(index => ImageCut.Random(new(index), 0.25, 300, 400)).ToArray();

        Assert.All(cuts, cut =>
        {
            Assert.True(cut.Top >= 0 && cut.Left >= 0 && cut.Top + cut.Height <= 300 && cut.Left + cut.Width <= 400, $"{cut}");
            Assert.InRange(cut.Height * cut.Width / 120_000.0, 0.248, 1);
            Assert.InRange((double)cut.Width / cut.Height, 0.74, 1.35);
        });
        // All of the range is drawn, at all places.
        Assert.InRange(cuts.Min(cut => cut.Height * cut.Width / 120_000.0), 0.248, 0.26);
        Assert.InRange(cuts.Max(cut => cut.Height * cut.Width / 120_000.0), 0.95, 1);
        Assert.InRange(cuts.Min(cut => (double)cut.Width / cut.Height), 0.74, 0.77);
        Assert.InRange(cuts.Max(cut => (double)cut.Width / cut.Height), 1.31, 1.35);
        Assert.InRange(cuts.Average(cut => cut.Top + (cut.Height / 2.0)), 145, 155);
        Assert.InRange(cuts.Average(cut => cut.Left + (cut.Width / 2.0)), 194, 206);
        Assert.Contains(cuts, cut => cut.Left == 0);
        Assert.Contains(cuts, cut => cut.Left + cut.Width == 400);
    }

    [Theory]
    [InlineData(3, 300, 0, 148, 3, 4)]
    [InlineData(300, 3, 148, 0, 4, 3)]
    [InlineData(1, 1, 0, 0, 1, 1)]
    public void Where_none_fits_it_is_the_largest_in_the_middle(int height, int width, int top, int left, int high, int wide) =>
        Assert.Equal(new(top, left, high, wide), ImageCut.Random(new ImageRandom(1), 0.9, height, width));

    [Fact]
    public void A_part_is_scaled_without_what_lies_beside_it()
    {
        // 10 x column + row within the part, white around it.
        var image = new byte[6 * 8];
        Array.Fill(image, (byte)255);
        for (var y = 0; y < 3; y++)
            for (var x = 0; x < 4; x++)
                image[((y + 2) * 8) + x + 3] = (byte)((20 * x) + (2 * y));
        var pixels = ImagePixels.OfPlanes(image, 1, 6, 8);

        Span<byte> same = stackalloc byte[3 * 4], twice = stackalloc byte[6 * 8];
        ImageScaler.Cut(pixels, new(2, 3, 3, 4), 3, 4, same);
        ImageScaler.Cut(pixels, new(2, 3, 3, 4), 6, 8, twice);

        Assert.Equal([0, 20, 40, 60, 2, 22, 42, 62, 4, 24, 44, 64], same.ToArray());
        // Between two pixels a quarter and three quarters, at the border the border's own.
        Assert.Equal([0, 5, 15, 25, 35, 45, 55, 60], twice[..8].ToArray());
        Assert.Equal([4, 9, 19, 29, 39, 49, 59, 64], twice[40..].ToArray());
    }

    [Fact]
    public void Images_in_memory_are_cut_channel_by_channel_as_their_index_says()
    {
        using var scope = NewDisposeScope();
        var bytes = Enumerable.Range(0, 3 * 2 * 5 * 5).Select(value => (byte)value).ToArray();
        using var data = new ImageDataset("numbers", ["one"], (2, 5, 5), bytes, new byte[3]);

        var (images, labels) = data.Batch([2, 0], CPU, (index, height, width) =>
        {
            Assert.Equal((5, 5), (height, width));
            return index == 2 ? new(4, 3, 1, 1) : new(0, 0, 5, 5);
        });

        Assert.Equal([2L, 2, 5, 5], images.shape);
        Assert.Equal([2L], labels.shape);
        var found = images.mul(255).round();
        Assert.True(found[0, 0].eq((2 * 50) + 23).all().ToBoolean());
        Assert.True(found[0, 1].eq((2 * 50) + 25 + 23).all().ToBoolean());
        Assert.Equal(bytes[..50].Select(value => (float)value), found[1].data<float>().ToArray());
    }

    [Fact]
    public void What_is_cut_depends_on_seed_and_index_alone()
    {
        var cut = new AugmentationSettings(ResizedCrop: 0.1).Cut(3)!;

        Assert.Null(new AugmentationSettings(4, true, 4, 5, 0.1).Cut(3));
        Assert.Equal(cut(7, 60, 50), new AugmentationSettings(ResizedCrop: 0.1).Cut(3)!(7, 60, 50));
        Assert.NotEqual(cut(7, 60, 50), cut(8, 60, 50));
        Assert.NotEqual(cut(7, 60, 50), new AugmentationSettings(ResizedCrop: 0.1).Cut(4)!(7, 60, 50));
    }
}
