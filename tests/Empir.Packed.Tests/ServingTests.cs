using System.Runtime.CompilerServices;
using Empir.Packed.Voting;

namespace Empir.Packed.Tests;

/// <summary>What a process that lives long needs: to try again, to give back, and to be told what does not fit.</summary>
public class ServingTests
{
    private const int Pixels = 2 * 9 * 9, Count = 50;

    public static TheoryData<PackedFusion> Fusions => PackedEnsembleTests.Fusions;

    [Fact]
    public void WhatCouldNotBePreparedIsTriedAgain()
    {
        var (images, model) = (Images(), SampleModels.Convolutional());
        var (wanted, actual) = (new int[Count], new int[Count]);
        using (var other = new PackedEnsemble(model, new() { Threads = 1 }))
            other.Predict(images, wanted);
        using var ensemble = new PackedEnsemble(model, new() { Threads = 1 });
        // Without scales there are no thresholds, neither to the next levels nor behind an average.
        foreach (var weights in model.Members[0].Layers.OfType<PackedConv2d>().Select(conv => (LowBitWeights)conv.Weights))
        {
            var scales = weights.Scales;
            SetScales(weights, []);
            Assert.Throws<IndexOutOfRangeException>(ensemble.Prepare);
            Assert.False(ensemble.IsPrepared(0));
            SetScales(weights, scales);
        }
        ensemble.Predict(images, actual);
        Assert.Equal(wanted, actual);
    }

    [Fact]
    public void LowBitWeightsInFullPrecisionAreTriedAgain()
    {
        var weights = SampleModels.Weights(new(1), 6, 2);
        var planes = weights.Planes;
        using var ensemble = new PackedEnsemble(OneLayer(new PackedLinear("fc", [-1], new(3, 1, 1), weights, null, null), 2), new() { Threads = 1 });
        SetPlanes(weights, null!);
        Assert.ThrowsAny<ArgumentException>(ensemble.Prepare);
        SetPlanes(weights, planes);
        ensemble.Prepare();
    }

    [Fact]
    public void WhatWasPreparedInPartIsFreed()
    {
        var weights = SampleModels.FullWeights(new(1), 4);
        var ensemble = new PackedEnsemble(OneLayer(new PackedConv2d("conv", [-1], new(4, 1, 1), new(1, 1, 1, 1, 0, 0, 0, 0), 4, weights, null, null), 4), new() { Threads = 1 });
        // The first group has weights, the last has none.
        SetValues(weights, [1]);
        Assert.ThrowsAny<ArgumentException>(ensemble.Prepare);
        ensemble.Dispose();
    }

    [Fact]
    public void ACrowdsRoomsAreFreed()
    {
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 2 });
        var most = 2 * Math.Max(2, Environment.ProcessorCount);
        var rooms = Enumerable.Range(0, most + 3).Select(_ => ensemble.Rent()).ToArray();
        var spaces = rooms.Select(room => room.Workspace(0)).ToArray();
        foreach (var room in rooms)
            ensemble.Return(room);
        Assert.Equal(most, ensemble.IdleRooms);
        Assert.Equal(3, spaces.Count(space => space.IsClosed));
    }

    [Theory]
    [MemberData(nameof(Fusions))]
    public void LogitsDecideWhatPredictDoes(PackedFusion fusion)
    {
        var images = Images();
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(fusion: fusion), new() { Threads = 1 });
        var (wanted, actual, logits) = (new int[Count], new int[Count], new float[3 * Count * 3]);
        ensemble.Predict(images, wanted);
        ensemble.Logits(images, logits);
        ensemble.Decide(logits, actual);
        Assert.Equal(wanted, actual);
        // Any, so that there are ties.
        var (random, vote) = (new Random(7), Vote.Of(ensemble.Model));
        for (var i = 0; i < logits.Length; i++)
            logits[i] = random.Next(3);
        ensemble.Decide(logits, actual);
        for (var i = 0; i < Count; i++)
            Assert.Equal(vote.Decide([.. Enumerable.Range(0, 3).SelectMany(member => logits[(((member * Count) + i) * 3)..][..3])], [true, true, true]), actual[i]);
        Assert.Equal(3, actual.Distinct().Count());
    }

    [Fact]
    public void SizesFitExactly()
    {
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 1 });
        foreach (var length in new[] { 0, (2 * 9) - 1, (2 * 9) + 1, 3 * 9 })
        {
            Assert.Throws<ArgumentException>(() => ensemble.Logits(new float[2 * Pixels], new float[length]));
            Assert.Throws<ArgumentException>(() => ensemble.Logits(new byte[2 * Pixels], new float[length]));
            Assert.Throws<ArgumentException>(() => ensemble.Decide(new float[length], new int[2]));
        }
        ensemble.Logits(new float[2 * Pixels], new float[2 * 9]);
        Assert.Throws<ArgumentException>(() => ensemble.Predict(new float[(2 * Pixels) - 1], new int[2]));
    }

    [Fact]
    public void NothingIsNoModel()
    {
        Assert.Throws<ArgumentNullException>(() => new PackedEnsemble(null!));
        Assert.Throws<ArgumentNullException>(() => PackedFile.Write("a.empirpack", null!));
        Assert.Throws<ArgumentNullException>(() => PackedFile.ToBytes(null!));
    }

    private static PackedModel OneLayer(PackedLayer layer, int channels) =>
        new("One", new(channels, 1, 1, 0, 1), layer.Output.Channels, new PackedMajority(0), [new("one", [layer])], new Dictionary<string, string>());

    private static float[] Images()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, Count * Pixels).Select(_ => random.NextSingle())];
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Planes")]
    private static extern void SetPlanes(LowBitWeights weights, byte[] planes);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Scales")]
    private static extern void SetScales(LowBitWeights weights, double[] scales);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Values")]
    private static extern void SetValues(FullWeights weights, float[] values);
}

/// <summary>The environment is every test's, so that this one runs alone.</summary>
[Collection("Environment")]
[CollectionDefinition("Environment", DisableParallelization = true)]
public class EnvironmentTests
{
    [Fact]
    public void NoKernelIsWhatTheEnvironmentSays()
    {
        var before = Environment.GetEnvironmentVariable("EMPIR_KERNEL");
        try
        {
            Environment.SetEnvironmentVariable("EMPIR_KERNEL", "scalar");
            foreach (var options in new[] { null, new PackedOptions(), new PackedOptions { Kernel = null } })
                using (var ensemble = new PackedEnsemble(SampleModels.Convolutional(), options))
                    Assert.All(ensemble.Layers, layer => Assert.EndsWith("scalar", layer.Kernel, StringComparison.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable("EMPIR_KERNEL", before);
        }
    }
}
