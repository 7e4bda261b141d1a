using Empir.Packed.Kernels;

namespace Empir.Packed.Tests;

/// <summary>What a layer may be: its numbers are numbers, and its sums fit into 32 bits, however wide it is.</summary>
public class ModelCheckTests
{
    // Every kernel that the processor has, on more terms than eight bits of both would allow.
    [Theory]
    [InlineData(40_000, 2, 4)]
    [InlineData(70_000, 1, 1)]
    [InlineData(70_000, 4, 2)]
    public void ALayerMayBeAsWideAsItsSumsFit(int inputs, int weightBits, int bits)
    {
        var random = new Random(1);
        var layer = new PackedLinear("fc", [-1], new(3, 1, 1), SampleModels.Weights(random, 3 * inputs, weightBits), SampleModels.DoReFa(bits), null);
        var model = OneLayer(inputs, layer);
        float[] pixels = [.. Enumerable.Range(0, inputs).Select(_ => random.NextSingle())];
        var wanted = Logits(model, "scalar", pixels);
        Assert.True(wanted.Distinct().Count() > 1);
        foreach (var kernel in KernelSelector.LevelKernels.Where(kernel => kernel.IsSupported))
        {
            try
            {
                Assert.Equal(wanted, Logits(model, kernel.Name, pixels));
            }
            catch (NotSupportedException)
            {
                // It cannot run so wide a layer.
            }
        }
    }

    [Fact]
    public void SumsBeyond32BitsAreSaid()
    {
        const int Most = int.MaxValue / (255 * 255);
        PackedModel Model(int inputs) =>
            OneLayer(inputs, new PackedLinear("fc", [-1], new(3, 1, 1), new LowBitWeights(8, new byte[LowBitWeights.PlaneBytes(3 * inputs, 8)], 2, -255, [1]), SampleModels.DoReFa(8), null));

        PackedFile.ToBytes(Model(Most));
        Assert.Contains($"one's Linear fc has sums beyond 32 bits: {Most + 1} products of levels up to 255 and weights up to 255", Refused(Model(Most + 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void AWindowsPlacesFitOnAStack()
    {
        const int Side = 182;
        var conv = new PackedConv2d("conv", [-1], new(3, 1, 1), new(Side, Side, 1, 1, 0, 0, 0, 0), 1, SampleModels.Weights(new(1), 3 * Side * Side, 1), SampleModels.DoReFa(1), null);
        Assert.Contains("one's Conv2d conv has windows of 33124 pixels, more than 32768", Refused(OneLayer(1, conv, Side)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 11)]
    [InlineData(float.NegativeInfinity, 38)]
    public void AWeightIsANumber(float value, int place)
    {
        var weights = SampleModels.FullWeights(new(1), 39);
        PackedFile.ToBytes(OneLayer(13, new PackedLinear("fc", [-1], new(3, 1, 1), weights, null, null)));
        weights.Values[place] = value;
        Assert.Contains("one's Linear fc has a weight that is not a number", Refused(OneLayer(13, new PackedLinear("fc", [-1], new(3, 1, 1), weights, null, null))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PackedRule.Lsq, true)]
    [InlineData(PackedRule.DoReFa, false)]
    [InlineData(PackedRule.Pact, false)]
    [InlineData(PackedRule.Sign, false)]
    public void OnlyLsqHasSignedLevels(PackedRule rule, bool isWritten)
    {
        var model = OneLayer(9, new PackedLinear("fc", [-1], new(3, 1, 1), SampleModels.Weights(new(1), 27, 2), new(rule, 2, 1, IsSigned: true), null));
        if (isWritten)
            PackedFile.ToBytes(model);
        else
            Assert.Contains("one's Linear fc has signed levels, which only LSQ has", Refused(model), StringComparison.Ordinal);
    }

    private static PackedModel OneLayer(int channels, PackedLayer layer, int side = 1) =>
        new("One", new(channels, side, side, 0, 1), 3, new PackedMajority(0), [new("one", [layer])], new Dictionary<string, string>());

    private static float[] Logits(PackedModel model, string kernel, float[] pixels)
    {
        var logits = new float[3];
        using var ensemble = new PackedEnsemble(model, new() { Threads = 1, Kernel = kernel });
        ensemble.Logits(pixels, logits);
        return logits;
    }

    private static string Refused(PackedModel model) => Assert.Throws<ArgumentException>(() => PackedFile.ToBytes(model)).Message;
}
