namespace Empir.Packed.Tests;

/// <summary>Small random networks.</summary>
internal static class SampleModels
{
    public static PackedActivations DoReFa(int bits) => new(PackedRule.DoReFa, bits);

    /// <summary>Random weights of DoReFa's levels.</summary>
    public static LowBitWeights Weights(Random random, int count, int bits)
    {
        var numbers = new byte[count];
        for (var i = 0; i < count; i++)
            numbers[i] = (byte)random.Next(1 << bits);
        var highest = (1 << bits) - 1;
        return new(bits, LowBitWeights.ToPlanes(numbers, bits), 2, -highest, [1.0 / highest]);
    }

    /// <summary>Random weights of two bits, as many of them at the outer levels as a layer may have that runs on one bit.</summary>
    public static LowBitWeights FewOuter(Random random, int count)
    {
        var numbers = new byte[count];
        for (var i = 0; i < count; i++)
            numbers[i] = (byte)(i < count / 50 ? random.Next(2) * 3 : random.Next(1, 3));
        random.Shuffle(numbers);
        return new(2, LowBitWeights.ToPlanes(numbers, 2), 2, -3, [1.0 / 3]);
    }

    public static FullWeights FullWeights(Random random, int count) => new([.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)]);

    /// <summary>A convolution, ReLU, a max pool, a convolution, ReLU, an average, flatten, a linear layer: 2x9x9 images, 3 classes.</summary>
    public static PackedModel Convolutional(int seed = 1, PackedFusion? fusion = null, int members = 3)
    {
        var random = new Random(seed);
        return new(
            "Sample", new(2, 9, 9, 0, 1), 3, fusion ?? new PackedMajority(members - 1),
            [.. Enumerable.Range(0, members).Select(i => new PackedMember($"member_{i}", i < members - 1 ? Low(random) : Full(random)))],
            new Dictionary<string, string> { ["spec_hash"] = "0" });
    }

    private static PackedLayer[] Low(Random random) => Layers(random, count => Weights(random, count, 2), DoReFa(4));

    private static PackedLayer[] Full(Random random) => Layers(random, count => FullWeights(random, count), null);

    private static PackedLayer[] Layers(Random random, Func<int, PackedWeights> weights, PackedActivations? activations) =>
    [
        new PackedConv2d("conv1", [-1], new(5, 9, 9), new(3, 3, 1, 1, 1, 1, 1, 1), 1, weights(5 * 2 * 9), activations, null),
        new PackedMaxPool2d("", [0], new(5, 4, 4), new(3, 3, 2, 2, 0, 0, 0, 0)),
        new PackedClip("", [1], new(5, 4, 4), 0, null),
        new PackedConv2d("conv2", [2], new(7, 4, 4), new(3, 3, 1, 1, 1, 1, 1, 1), 1, weights(7 * 5 * 9), activations, null),
        new PackedClip("", [3], new(7, 4, 4), 0, null),
        new PackedAvgPool2d("", [4], new(7, 2, 2), new(2, 2, 2, 2, 0, 0, 0, 0), true),
        new PackedFlatten("", [5], new(28, 1, 1)),
        new PackedLinear("logits", [6], new(3, 1, 1), FullWeights(random, 3 * 28), null, [0.1f, 0, -0.1f]),
    ];
}
