using Empir.Packed.Kernels;
using Empir.Packed.Networks;

namespace Empir.Packed.Tests;

/// <summary>The second layer of the paper's MNIST network, on images of which more or less is 0.</summary>
public unsafe class DensityLevelKernelTests
{
    private const int Size = 14, Outputs = 5, Channels = 64, Bytes = Size * Size * Channels;

    private static readonly LevelSums Sums = new(6, 6 * Channels, 128, 15, new(2, 2, -3), Channels, Channels);

    [Avx512VbmiTheory]
    [InlineData(0, true)]
    [InlineData(0.1, true)]
    [InlineData(0.25, true)]
    [InlineData(0.4, false)]
    [InlineData(1, false)]
    public void TheSumsAreTheSameWhicheverOfTheTwoRuns(double share, bool isSparse)
    {
        var kernel = Choose(isEven: false);
        Assert.StartsWith("u8-u8-s32-conv-1x128-avx512vbmi2-sparse up to 3", kernel.Name, StringComparison.Ordinal);
        Assert.EndsWith(" % of levels, else u8-u2-s32-conv-8x64c6-avx512vbmi-vpermb", kernel.Name, StringComparison.Ordinal);
        var random = new Random(3);
        var numbers = new byte[Sums.Outputs * Sums.Terms];
        for (var w = 0; w < numbers.Length; w++)
            numbers[w] = (byte)random.Next(4);
        using var input = new GuardedMemory(Bytes + Plane.Slack);
        new Span<byte>(input.Memory, Bytes + Plane.Slack).Fill(255);
        for (var k = 0; k < Bytes; k++)
            input.Memory[k] = (byte)(random.NextDouble() < share ? random.Next(1, 16) : 0);
        int[] rows = [.. Enumerable.Range(0, 6).Select(row => row * Size * Channels)];
        int[] offsets = [.. from y in Enumerable.Range(0, Outputs) from x in Enumerable.Range(0, Outputs) select ((2 * y * Size) + (2 * x)) * Channels];

        Assert.Equal(
            LevelKernelTests.Run(new ScalarLevelKernel(), Sums, input, Bytes, rows, numbers, offsets), LevelKernelTests.Run(kernel, Sums, input, Bytes, rows, numbers, offsets));
        using var prepared = new GuardedMemory(kernel.PreparedBytes(Sums, Bytes) + Plane.Slack);
        kernel.Prepare(Sums, input.Memory, Bytes, prepared.Memory);
        Assert.Equal(isSparse ? 1 : 0, *(int*)prepared.Memory);
        // Both times that an input was prepared.
        Assert.Equal(isSparse ? [1, 0] : [0, 1], kernel.Shares.Select(one => one.Share));
    }

    [Avx512VbmiTheory]
    [InlineData(1, 3)]
    public void AnEnsembleSaysHowMuchEachOfTheTwoDid(int dark, int bright)
    {
        using var ensemble = new PackedEnsemble(Model(), new() { Threads = 1 });
        Assert.Empty(ensemble.KernelShares);
        foreach (var value in Enumerable.Repeat(0f, dark).Concat(Enumerable.Repeat(1f, bright)))
            ensemble.Logits(Enumerable.Repeat(value, Bytes).ToArray(), new float[Sums.Outputs * Outputs * Outputs]);

        var kernel = ensemble.Layers.Single().Kernel;
        Assert.Equal(
            [("one", "conv", 0.25), ("one", "conv", 0.75)],
            ensemble.KernelShares.Select(one => (one.Member, one.Layer, one.Share)));
        Assert.All(ensemble.KernelShares, one => Assert.Contains(one.Kernel, kernel, StringComparison.Ordinal));
    }

    // Who must not see how long an image takes does not see how much of it is 0 either.
    [Avx512VbmiTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhereImagesMustCostTheSameItIsNotThere(bool isEven) =>
        Assert.Equal(isEven, !Choose(isEven).Name.Contains("sparse", StringComparison.Ordinal));

    [Avx512VbmiTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnEnsembleThatAsksEveryMemberIsOneWhereImagesMustCostTheSame(bool isLazy)
    {
        using var ensemble = new PackedEnsemble(Model(), new() { LazyVote = isLazy });

        Assert.Equal(isLazy, ensemble.Layers.Single().Kernel.Contains("sparse", StringComparison.Ordinal));
    }

    [Avx512VbmiTheory]
    [InlineData("sparse", "u8-u8-s32-conv-1x128-avx512vbmi2-sparse")]
    [InlineData("vpermb", "u8-u2-s32-conv-8x64c6-avx512vbmi-vpermb")]
    public void EitherCanBeAskedForAlone(string part, string name) => Assert.Equal(name, new KernelSelector(part).Find(Sums, 25, Bytes)!.Name);

    private static PackedModel Model() => new(
        "Even", new(Channels, Size, Size, 0, 1), Sums.Outputs * Outputs * Outputs, new PackedMajority(0),
        [
            new("one",
            [
                new PackedConv2d("conv", [-1], new(Sums.Outputs, Outputs, Outputs), new(6, 6, 2, 2, 0, 0, 0, 0), 1, SampleModels.Weights(new(3), Sums.Outputs * Sums.Terms, 2), SampleModels.DoReFa(4), null),
                new PackedFlatten("", [0], new(Sums.Outputs * Outputs * Outputs, 1, 1)),
            ]),
        ],
        new Dictionary<string, string>());

    private static LevelKernel Choose(bool isEven) => new KernelSelector(null, isEven).Find(Sums, 25, Bytes)!;
}
