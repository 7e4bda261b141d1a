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
    public void A_turn_keeps_distances_and_goes_either_way_up_to_its_angle()
    {
        using var scope = NewDisposeScope();
        var turned = new AugmentationSettings(Rotate: 40).Apply(Spot(8, 0).expand(100, 1, 25, 35), Indices(100), seed: 3);
        var angles = new List<double>();
        foreach (var (right, down) in Places(turned))
        {
            Assert.Equal(8, Math.Sqrt((right * right) + (down * down)), 0.2);
            angles.Add(Math.Atan2(down, right) * 180 / Math.PI);
        }

        Assert.All(angles, angle => Assert.InRange(angle, -41, 41));
        Assert.True(angles.Min() < -30 && angles.Max() > 30 && angles.Count(angle => Math.Abs(angle) < 20) > 30);
    }

    [Fact]
    public void A_stretch_moves_along_each_side_by_a_factor_of_its_own()
    {
        using var scope = NewDisposeScope();
        var places = Places(new AugmentationSettings(Stretch: 0.25).Apply(Spot(8, -6).expand(100, 1, 25, 35), Indices(100), seed: 3));
        double[] wide = [.. places.Select(place => place.Right / 8)], high = [.. places.Select(place => place.Down / -6)];

        foreach (var factors in new[] { wide, high })
        {
            Assert.All(factors, factor => Assert.InRange(factor, 0.73, 1.27));
            Assert.True(factors.Min() < 0.8 && factors.Max() > 1.2);
        }
        Assert.Contains(wide.Zip(high), pair => pair.First > 1.1 && pair.Second < 0.9);
    }

    [Fact]
    public void What_turns_and_stretches_leaves_the_other_changes_as_they_are()
    {
        using var scope = NewDisposeScope();
        var images = Numbered(20);
        var plain = new AugmentationSettings(2, true, 2);
        var hardly = plain with { Rotate = 1e-6, Stretch = 1e-6 };

        Assert.True(plain.Apply(images, Indices(20), seed: 5).allclose(hardly.Apply(images, Indices(20), seed: 5), 1e-3));
    }

    // A square of 3 x 3 so far from the middle of 25 x 35 pixels.
    private static Tensor Spot(int right, int down)
    {
        var image = zeros(1, 1, 25, 35);
        image.narrow(2, 12 + down - 1, 3).narrow(3, 17 + right - 1, 3).fill_(1);
        return image;
    }

    // Where the light of each image lies on average, seen from the middle.
    private static (double Right, double Down)[] Places(Tensor images) =>
    [
        .. Enumerable.Range(0, (int)images.shape[0]).Select(image =>
        {
            var light = images[image][0];
            var total = light.sum().item<float>();
            return (
                (light.sum([0L]) * (arange(35) - 17)).sum().item<float>() / (double)total,
                (light.sum([1L]) * (arange(25) - 12)).sum().item<float>() / (double)total);
        }),
    ];

    [Fact]
    public void What_happens_to_an_image_depends_on_seed_and_index_alone()
    {
        using var scope = NewDisposeScope();
        var images = Numbered(1).expand(8, 2, 4, 6);
        var settings = new AugmentationSettings(2, true, 2, 20, 0.2);
        var batch = settings.Apply(images, Indices(8), seed: 5);
        var alone = settings.Apply(images.narrow(0, 0, 1), [6], seed: 5);

        Assert.True(batch[6].eq(alone[0]).all().ToBoolean());
        Assert.False(batch[6].eq(batch[7]).all().ToBoolean());
        Assert.False(alone.eq(settings.Apply(images.narrow(0, 0, 1), [6], seed: 6)).all().ToBoolean());
    }

    private static long[] Indices(int count) => [.. Enumerable.Range(0, count).Select(index => (long)index)];
}
