using Empir.Packed.Networks;

namespace Empir.Packed.Tests;

/// <summary>Sums to levels: every level is that of the formula in double precision, and a line does it where there is one.</summary>
public class RequantizerTests
{
    private const int Channels = 45;

    private static readonly PackedShape Shape = new(Channels, 1, 1);
    private static readonly PackedClip Relu = new("", [0], Shape, 0, null), Relu6 = new("", [0], Shape, 0, 6);
    private static readonly PackedLeakyRelu Leaky = new("", [0], Shape, 0.1f);

    public static TheoryData<string, PackedActivations, PackedLayer[], bool> Followers => new()
    {
        { "relu", new(PackedRule.DoReFa, 4), [Relu], true },
        { "steps above 6 / 14.5", new(PackedRule.Lsq, 4, 0.45f), [Relu6], true },
        { "a range above 6.2", new(PackedRule.Pact, 4, 7), [Relu6], true },
        { "a range above 6.2 behind a second batch norm", new(PackedRule.Pact, 4, 7), [Relu6, Affine(3)], true },
        { "more than 2^22 levels", new(PackedRule.Pact, 8, 1e-6f), [Relu], true },
        { "signs", new(PackedRule.Sign, 1), [], true },
        { "signed levels", new(PackedRule.Lsq, 8, 0.05f, true), [], true },
        { "leaky", new(PackedRule.Lsq, 4, 0.3f, true), [Leaky], false },
        { "leaky, eight bits", new(PackedRule.Lsq, 8, 0.02f, true), [Leaky], false },
    };

    [Theory]
    [MemberData(nameof(Followers))]
    public void EveryLevelIsTheFormulas(string title, PackedActivations activations, PackedLayer[] followers, bool areLines)
    {
        var requantizer = Check(activations, new Chain(c => c == 7 ? 0 : 0.01 * (c - 15), c => 0.07 * (c % 11) - 0.3, [Affine(1), .. followers]));
        // One of no slope is one too.
        for (var c = 0; c < Channels; c++)
            Assert.True(requantizer.IsLine(c) || !areLines, $"{title}, channel {c}");
        Assert.True(areLines || Enumerable.Range(0, Channels).Any(c => !requantizer.IsLine(c)));
    }

    // One channel that is no line leaves lines to the others.
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(Channels - 1)]
    public void AChannelsThresholdsAreItsOwn(int bent)
    {
        // Only there is the part below zero more than a level.
        var requantizer = Check(new(PackedRule.Lsq, 4, 0.3f, true), new Chain(c => 0.01, c => c == bent ? 0 : 100, [Leaky]));
        Assert.Equal([bent], Enumerable.Range(0, Channels).Where(c => !requantizer.IsLine(c)));
    }

    private static PackedAffine Affine(int seed)
    {
        var random = new Random(seed);
        return new("", [0], Shape, [.. Enumerable.Range(0, Channels).Select(_ => random.NextDouble() - 0.3)], [.. Enumerable.Range(0, Channels).Select(_ => random.NextDouble())]);
    }

    private static unsafe Requantizer Check(PackedActivations activations, Chain chain)
    {
        const int Largest = 3000, Pixels = (2 * Largest) + 1;
        var requantizer = new Requantizer(Channels, -Largest, Largest, activations, chain);
        var (sums, levels) = (new int[Pixels * Channels], new byte[Pixels * Channels]);
        for (var i = 0; i < sums.Length; i++)
            sums[i] = (i / Channels) - Largest;
        int[] places = [.. Enumerable.Range(0, Pixels).Select(p => p * Channels)];
        fixed (int* from = sums, at = places)
        fixed (byte* to = levels)
            requantizer.Apply(from, Channels, Pixels, to, at);
        var values = Enumerable.Range(0, Channels).Select(chain.Value).ToArray();
        for (var i = 0; i < levels.Length; i++)
            if (levels[i] != activations.Level(values[i % Channels](sums[i])))
                Assert.Fail($"channel {i % Channels}, sum {sums[i]}: level {levels[i]}, not {activations.Level(values[i % Channels](sums[i]))}");
        return requantizer;
    }
}
