using Empir.Training;
using static TorchSharp.torch;

namespace Empir.Tests.Training;

public class AugmentationTests
{
    // Every pixel has a value of its own, so that it can be found again.
    private static Tensor Numbered(int count) => arange(1, (count * 2 * 4 * 6) + 1, ScalarType.Float32).view(count, 2, 4, 6);

    [Fact]
    public void A_crop_shifts_by_no_more_than_its_padding_and_fills_with_zeros()
    {
        using var scope = NewDisposeScope();
        var images = Numbered(64);
        var changed = new AugmentationSettings(Crop: 1).Apply(images, Indices(64), seed: 3);
        var padded = nn.functional.pad(images, [1, 1, 1, 1]);
        var shifts = new HashSet<(int, int)>();
        for (var image = 0; image < 64; image++)
            shifts.Add(Assert.Single(
                from y in Enumerable.Range(0, 3)
                from x in Enumerable.Range(0, 3)
                where padded[image].narrow(1, y, 4).narrow(2, x, 6).eq(changed[image]).all().ToBoolean()
                select (y, x)));

        Assert.Equal(9, shifts.Count);
    }

    [Fact]
    public void A_flip_mirrors_about_half_of_the_images()
    {
        using var scope = NewDisposeScope();
        var images = Numbered(200);
        var changed = new AugmentationSettings(Flip: true).Apply(images, Indices(200), seed: 3);
        var mirrored = Enumerable.Range(0, 200).Count(image => changed[image].eq(images[image].flip(2)).all().ToBoolean());
        var same = Enumerable.Range(0, 200).Count(image => changed[image].eq(images[image]).all().ToBoolean());

        Assert.Equal(200, mirrored + same);
        Assert.InRange(mirrored, 70, 130);
    }

    [Fact]
    public void A_cutout_blackens_a_square_that_may_hang_over_the_border()
    {
        using var scope = NewDisposeScope();
        var images = Numbered(100);
        var changed = new AugmentationSettings(Cutout: 2).Apply(images, Indices(100), seed: 3);
        var black = changed.eq(0);
        var counts = Enumerable.Range(0, 100).Select(image => (int)black[image][0].sum().ToInt64()).ToHashSet();

        Assert.True(where(black, images, changed).eq(images).all().ToBoolean());
        Assert.Subset(new HashSet<int> { 1, 2, 4 }, counts);
        Assert.True(counts.Count > 1);
    }

    [Fact]
    public void What_happens_to_an_image_depends_on_seed_and_index_alone()
    {
        using var scope = NewDisposeScope();
        var images = Numbered(1).expand(8, 2, 4, 6);
        var settings = new AugmentationSettings(2, true, 2);
        var batch = settings.Apply(images, Indices(8), seed: 5);
        var alone = settings.Apply(images.narrow(0, 0, 1), [6], seed: 5);

        Assert.True(batch[6].eq(alone[0]).all().ToBoolean());
        Assert.False(batch[6].eq(batch[7]).all().ToBoolean());
        Assert.False(alone.eq(settings.Apply(images.narrow(0, 0, 1), [6], seed: 6)).all().ToBoolean());
    }

    private static long[] Indices(int count) => [.. Enumerable.Range(0, count).Select(index => (long)index)];
}
