namespace Empir.Packed.Tests;

/// <summary>Fewer images than threads: bands of a large image's pixels are shared, and no bit changes.</summary>
public class SharedImageTests
{
    private const int Side = 60;

    [Theory]
    [InlineData(null)]
    [InlineData("scalar")]
    [InlineData("f32-conv")]
    public void ThreadsShareALargeImageAndChangeNothing(string? kernel) => SharesAndChangesNothing(Large(), kernel);

    [Avx512VbmiTheory]
    [InlineData("u2-u8")]
    public void SoTheyDoWithLevelsOfTwoBits(string kernel) => SharesAndChangesNothing(Large(bits: 2, groups: 1), kernel);

    [Avx2Theory]
    [InlineData("u8-u1")]
    public void SoTheyDoWithOuterWeights(string kernel) => SharesAndChangesNothing(Large(groups: 1, isFew: true), kernel);

    // 1.6 MB of tables, and one member: without a share of theirs nothing is shared.
    [Avx512VbmiTheory]
    [InlineData("u2-u8")]
    public void TablesBeyondASecondLevelCacheAreShared(string kernel)
    {
        const int Side = 64;
        var weights = SampleModels.Weights(new(1), 128 * 64 * 9, 4);
        var model = new PackedModel(
            "Tables", new(64, Side, Side, 0, 1), 128, new PackedMajority(0),
            [
                new("low",
                [
                    new PackedConv2d("conv", [-1], new(128, Side, Side), new(3, 3, 1, 1, 1, 1, 1, 1), 1, weights, SampleModels.DoReFa(2), null),
                    new PackedMaxPool2d("", [0], new(128, 1, 1), new(Side, Side, 1, 1, 0, 0, 0, 0)),
                    new PackedFlatten("", [1], new(128, 1, 1)),
                ]),
            ],
            new Dictionary<string, string>());
        using var ensemble = new PackedEnsemble(model, new() { Threads = 8, Kernel = kernel });
        Assert.True(ensemble.SharesBands(1));
    }

    private static void SharesAndChangesNothing(PackedModel model, string? kernel)
    {
        using var one = new PackedEnsemble(model, new() { Threads = 1, Kernel = kernel });
        using var several = new PackedEnsemble(model, new() { Threads = 3, Kernel = kernel });
        for (var images = 1; images < 3; images++)
        {
            Assert.True(several.SharesBands(images));
            Assert.False(one.SharesBands(images));
            var random = new Random(images);
            var pixels = Enumerable.Range(0, images * model.Input.Pixels).Select(_ => random.NextSingle()).ToArray();
            var (expected, actual) = (new float[2 * images * 4], new float[2 * images * 4]);
            one.Logits(pixels, expected);
            several.Logits(pixels, actual);
            Assert.Equal(expected, actual);
            var (decided, shared) = (new int[images], new int[images]);
            one.Predict(pixels, decided);
            several.Predict(pixels, shared);
            Assert.Equal(decided, shared);
            Assert.True(expected.Distinct().Count() > 4, "all logits are equal");
        }
    }

    [Fact]
    public void ASmallImageIsNotWorthIt()
    {
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 3 });
        Assert.False(ensemble.SharesBands(1));
    }

    [Fact]
    public void ManyThreadsWithNearlyAsManyImagesTakeOneEach()
    {
        // A share has a least length, and the shorter layers have too few of them for all threads.
        using var ensemble = new PackedEnsemble(Large(), new() { Threads = 64 });
        Assert.True(ensemble.SharesBands(1));
        Assert.False(ensemble.SharesBands(63));
    }

    [Fact]
    public void AsManyImagesAsThreadsTakeOneEach()
    {
        using var ensemble = new PackedEnsemble(Large(), new() { Threads = 3 });
        Assert.False(ensemble.SharesBands(3));
    }

    // Windows of stride 1, and ones of stride 2, grouped or not, at two bits and in full precision.
    private static PackedModel Large(int bits = 4, int groups = 2, bool isFew = false)
    {
        var random = new Random(1);
        return new(
            "Large", new(3, Side, Side, 0, 1), 4, new PackedMajority(1),
            [new("low", Layers(random, groups, count => isFew ? SampleModels.FewOuter(random, count) : SampleModels.Weights(random, count, 2), SampleModels.DoReFa(bits))), new("full", Layers(random, groups, count => SampleModels.FullWeights(random, count), null))],
            new Dictionary<string, string>());
    }

    private static PackedLayer[] Layers(Random random, int groups, Func<int, PackedWeights> weights, PackedActivations? activations) =>
    [
        new PackedConv2d("conv1", [-1], new(32, Side, Side), new(3, 3, 1, 1, 1, 1, 1, 1), 1, weights(32 * 3 * 9), activations, null),
        new PackedClip("", [0], new(32, Side, Side), 0, null),
        new PackedConv2d("conv2", [1], new(64, Side, Side), new(5, 5, 1, 1, 2, 2, 2, 2), 1, weights(64 * 32 * 25), activations, null),
        new PackedClip("", [2], new(64, Side, Side), 0, null),
        new PackedConv2d("conv3", [3], new(66, Side / 2, Side / 2), new(3, 3, 2, 2, 1, 1, 1, 1), groups, weights(66 * 64 / groups * 9), activations, null),
        new PackedClip("", [4], new(66, Side / 2, Side / 2), 0, null),
        new PackedMaxPool2d("", [5], new(66, 1, 1), new(Side / 2, Side / 2, 1, 1, 0, 0, 0, 0)),
        new PackedFlatten("", [6], new(66, 1, 1)),
        new PackedLinear("logits", [7], new(4, 1, 1), SampleModels.FullWeights(random, 4 * 66), null, null),
    ];
}
