using Empir.Packed.Kernels;
using Empir.Packed.Networks;

namespace Empir.Packed.Tests;

public class PackedEnsembleTests
{
    private const int Pixels = 2 * 9 * 9;

    public static TheoryData<PackedFusion> Fusions => new(
        new PackedMajority(2), new PackedMajority(null), new PackedWeightedSum(true, [1, 1, 1]), new PackedWeightedSum(true, [1, 3, 0.5]),
        new PackedWeightedSum(false, [1, 1, 1]), new PackedMaxConfidence());

    [Theory]
    [MemberData(nameof(Fusions))]
    public void TheLazyVoteIsTheFullOne(PackedFusion fusion)
    {
        const int Count = 700;
        var images = Images(Count);
        using var lazy = new PackedEnsemble(SampleModels.Convolutional(fusion: fusion), new() { Threads = 2 });
        using var full = new PackedEnsemble(SampleModels.Convolutional(fusion: fusion), new() { Threads = 1, LazyVote = false });
        var (some, all) = (new int[Count], new int[Count]);
        var saved = lazy.Predict(images, some);
        var spent = full.Predict(images, all);
        Assert.Equal(all, some);
        Assert.All(spent.Members, member => Assert.Equal(Count, member.Images));
        Assert.Equal(Count, saved.Members[0].Images);
        Assert.Equal(["member_0", "member_1", "member_2"], saved.Members.Select(member => member.Member).Order(StringComparer.Ordinal));
        if (fusion is PackedMajority)
            Assert.InRange(saved.Members[2].Images, 1, Count - 1);
    }

    [Fact]
    public void ABatchIsItsImages()
    {
        const int Count = 37;
        var images = Images(Count);
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 2 });
        var (together, alone) = (new int[Count], new int[Count]);
        ensemble.Predict(images, together);
        for (var i = 0; i < Count; i++)
            ensemble.Predict(images.AsSpan(i * Pixels, Pixels), alone.AsSpan(i, 1));
        Assert.Equal(together, alone);
    }

    // Each kind of kernel, and what runs beside it.
    [Theory]
    [InlineData(null)]
    [InlineData("avx2")]
    [InlineData("scalar")]
    [InlineData("maddwd")]
    [InlineData("u8-u1")]
    [InlineData("u8-u2")]
    [InlineData("u2-u8")]
    [InlineData("sparse")]
    [InlineData("winograd")]
    public void OneImageAllocatesNothing(string? kernel)
    {
        if (!PackedKernels.Supported.Any(one => one.Contains(kernel ?? "", StringComparison.Ordinal)))
            return;
        const int Channels = 8, Size = 12, Outputs = 16;
        var random = new Random(6);
        // Levels of 2 bits, which every kernel over levels takes, and a convolution in full precision.
        var model = new PackedModel(
            "Still", new(Channels, Size, Size, 0, 1), 10, new PackedMajority(1),
            [
                .. new[] { "low", "full" }.Select(name => new PackedMember(name,
                [
                    new PackedConv2d("conv1", [-1], new(Outputs, Size, Size), new(3, 3, 1, 1, 1, 1, 1, 1), 1, SampleModels.FullWeights(random, Outputs * Channels * 9), null, null),
                    new PackedConv2d("conv2", [0], new(Outputs, Size, Size), new(3, 3, 1, 1, 1, 1, 1, 1), 1, name == "low" ? SampleModels.FewOuter(random, Outputs * Outputs * 9) : SampleModels.FullWeights(random, Outputs * Outputs * 9), name == "low" ? SampleModels.DoReFa(2) : null, null),
                    new PackedFlatten("", [1], new(Outputs * Size * Size, 1, 1)),
                    new PackedLinear("logits", [2], new(10, 1, 1), SampleModels.FullWeights(random, 10 * Outputs * Size * Size), null, null),
                ])),
            ],
            new Dictionary<string, string>());
        float[] image = [.. Enumerable.Range(0, Channels * Size * Size).Select(_ => random.NextSingle())];
        var classes = new int[1];
        // Slow kernels are worth a second thread, which a call has to arrange.
        using var ensemble = new PackedEnsemble(model, new() { Threads = kernel is null ? 2 : 1, Kernel = kernel });
        // The first round sets up, and the runtime may have something to make once, as when it compiles a method again. What a call
        // allocates, every round does.
        var least = long.MaxValue;
        for (var round = 0; round < 5 && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 40; i++)
                ensemble.Predict(image, classes);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    [Fact]
    public void AMemberThatIsNotAskedIsNotPrepared()
    {
        var images = Images(40);
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 1 });
        var asked = 0;
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(asked > 0, ensemble.IsPrepared(2));
            asked += ensemble.Predict(images.AsSpan(i * Pixels, Pixels), new int[1]).Members[2].Images;
            Assert.True(i > 0 || asked == 0);
        }
        Assert.InRange(asked, 1, 39);
        using var other = new PackedEnsemble(SampleModels.Convolutional());
        Assert.All(Enumerable.Range(0, 3), member => Assert.False(other.IsPrepared(member)));
        other.Prepare();
        Assert.All(Enumerable.Range(0, 3), member => Assert.True(other.IsPrepared(member)));
    }

    [Fact]
    public void ThreadsMayBeTheFirstTogether()
    {
        const int Count = 40;
        const int Threads = 4;
        var images = Images(Count);
        var wanted = ByOneThread(images, Count);
        for (var round = 0; round < 20; round++)
        {
            using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 1 });
            using var start = new Barrier(Threads);
            var classes = Enumerable.Range(0, Threads).Select(_ => new int[Count]).ToArray();
            Thread[] threads = [.. classes.Select(own => new Thread(() =>
            {
                start.SignalAndWait();
                ensemble.Predict(images, own);
            }))];
            foreach (var thread in threads)
                thread.Start();
            foreach (var thread in threads)
                thread.Join();
            Assert.All(classes, own => Assert.Equal(wanted, own));
        }
    }

    [Fact]
    public void OneImagesStatisticsAreItsMembers()
    {
        const int Count = 60;
        var images = Images(Count);
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 1 });
        var together = ensemble.Predict(images, new int[Count]);
        var each = Enumerable.Range(0, Count).Select(i => ensemble.Predict(images.AsSpan(i * Pixels, Pixels), new int[1])).ToArray();
        foreach (var member in together.Members)
            Assert.Equal(member.Images, each.Sum(one => one.Members.Single(own => own.Member == member.Member).Images));
    }

    [Fact]
    public void BytesAreTheirFloats()
    {
        var random = new Random(3);
        var bytes = new byte[Pixels * 50];
        random.NextBytes(bytes);
        float[] floats = [.. bytes.Select(value => value / 255f)];
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 1 });
        var (a, b) = (new float[3 * 50 * 3], new float[3 * 50 * 3]);
        ensemble.Logits(bytes, a);
        ensemble.Logits(floats, b);
        Assert.Equal(b, a);
        Assert.True(a.Distinct().Count() > 100);
    }

    [Theory]
    [InlineData(0f, null)]
    [InlineData(-0.5f, null)]
    [InlineData(0f, 6f)]
    public void AClipBehindAMaxPoolIsItsFormula(float minimum, float? maximum)
    {
        const int Size = 5, Channels = 19, Count = 3;
        // Padding on one side is wider than the window: some windows have no pixel.
        var window = new PackedWindow(2, 2, 2, 2, 2, 0, 0, 0);
        var shape = new PackedShape(Channels, 3, 2);
        var values = shape.Channels * shape.Height * shape.Width;
        var model = new PackedModel(
            "Pool", new(Channels, Size, Size, -10, 10), values, new PackedMajority(0),
            [new("one", [new PackedMaxPool2d("", [-1], shape, window), new PackedClip("", [0], shape, minimum, maximum), new PackedFlatten("", [1], new(values, 1, 1))])],
            new Dictionary<string, string>());
        var random = new Random(7);
        float[] pixels = [.. Enumerable.Range(0, Count * Channels * Size * Size).Select(_ => (random.NextSingle() * 20) - 12)];
        using var ensemble = new PackedEnsemble(model, new() { Threads = 1 });
        var actual = new float[Count * values];
        ensemble.Logits(pixels, actual);
        for (var i = 0; i < actual.Length; i++)
        {
            var (plane, y, x) = (i / 6, i / 2 % 3, i % 2);
            var under = Enumerable.Range(0, 4).Select(k => (Row: (y * 2) - 2 + (k / 2), Column: (x * 2) + (k % 2))).Where(at => at.Row >= 0);
            var largest = under.Select(at => pixels[(((plane * Size) + at.Row) * Size) + at.Column]).DefaultIfEmpty(float.NegativeInfinity).Max();
            Assert.Equal(Math.Min(Math.Max(largest, minimum), maximum ?? float.PositiveInfinity), actual[i]);
        }
    }

    [Fact]
    public void WhatIsDisposedRunsNoMore()
    {
        var images = Images(2);
        var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 2 });
        ensemble.Prepare();
        // A call in flight keeps what it may use.
        using (new PackedEnsemble.Call(ensemble))
        {
            ensemble.Dispose();
            Assert.All(Enumerable.Range(0, 3), member => Assert.True(ensemble.IsPrepared(member)));
        }
        Assert.All(Enumerable.Range(0, 3), member => Assert.False(ensemble.IsPrepared(member)));
        Assert.Throws<ObjectDisposedException>(() => ensemble.Predict(images, new int[2]));
        Assert.Throws<ObjectDisposedException>(() => ensemble.Predict(images.AsSpan(0, Pixels), new int[1]));
        Assert.Throws<ObjectDisposedException>(() => ensemble.Logits(images, new float[3 * 2 * 3]));
        Assert.Throws<ObjectDisposedException>(ensemble.Prepare);
        ensemble.Dispose();
    }

    [Avx2Theory]
    [InlineData("scalar")]
    [InlineData("winograd")]
    [InlineData("u8-u1")]
    public void ANetworkFreesItsPackedWeights(string kernel)
    {
        var random = new Random(4);
        var model = SampleModels.Convolutional();
        // A layer of few outer weights has them in memory of their own.
        PackedMember divided = new("divided",
        [
            new PackedConv2d("conv", [-1], new(7, 9, 9), new(3, 3, 1, 1, 1, 1, 1, 1), 1, SampleModels.FewOuter(random, 7 * 2 * 9), SampleModels.DoReFa(4), null),
            new PackedFlatten("", [0], new(7 * 81, 1, 1)),
        ]);
        foreach (var member in kernel == "u8-u1" ? [divided] : model.Members)
        {
            var network = new Network(member, model.Input, new KernelSelector(kernel), 16, Crew.Options(1));
            network.Prepare();
            AlignedMemory[] packed = [.. network.Packed];
            Assert.True(packed.Length >= network.Kernels.Count + (kernel == "u8-u1" ? 1 : 0));
            Assert.All(packed, memory => Assert.False(memory.IsClosed));
            network.Dispose();
            Assert.All(packed, memory => Assert.True(memory.IsClosed));
        }
    }

    [Fact]
    public void CallsThatRunWhenItIsDisposedEndAsTheyWouldHave()
    {
        const int Count = 40;
        const int Threads = 4;
        var images = Images(Count);
        var wanted = ByOneThread(images, Count);
        for (var round = 0; round < 20; round++)
        {
            // Calls on one thread, and on two.
            var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 1 + (round % 2) });
            using var start = new CountdownEvent(Threads);
            var (calls, wrong) = (0, 0);
            Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
            {
                var own = new int[Count];
                for (var call = 0; ; call++)
                {
                    try
                    {
                        ensemble.Predict(images, own);
                    }
                    catch (ObjectDisposedException)
                    {
                        return;
                    }
                    if (!own.AsSpan().SequenceEqual(wanted))
                        Interlocked.Increment(ref wrong);
                    Interlocked.Increment(ref calls);
                    if (call == 0)
                        start.Signal();
                }
            }))];
            foreach (var thread in threads)
                thread.Start();
            start.Wait();
            ensemble.Dispose();
            foreach (var thread in threads)
                thread.Join();
            Assert.Equal(0, wrong);
            Assert.True(calls >= Threads);
            Assert.False(ensemble.IsPrepared(0));
        }
    }

    [Fact]
    public void EveryLayerSaysItsKernel()
    {
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Kernel = "scalar" });
        Assert.Equal(["conv1", "conv2", "logits"], ensemble.Layers.Where(layer => layer.Member == "member_0").Select(layer => layer.Layer));
        Assert.All(ensemble.Layers, layer => Assert.EndsWith("scalar", layer.Kernel, StringComparison.Ordinal));
    }

    [Fact]
    public void AKernelThatIsNotThereIsSaid()
    {
        var error = Assert.Throws<NotSupportedException>(() => new PackedEnsemble(SampleModels.Convolutional(), new() { Kernel = "abacus" }));
        Assert.StartsWith("There is no kernel 'abacus'; there are u8-", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SizesHaveToFit()
    {
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional());
        Assert.Throws<ArgumentException>(() => ensemble.Predict(new float[Pixels + 1], new int[1]));
        Assert.Throws<ArgumentException>(() => ensemble.Predict(new float[2 * Pixels], new int[1]));
        Assert.Equal(0, ensemble.Predict(ReadOnlySpan<byte>.Empty, []).Images);
    }

    private static int[] ByOneThread(float[] images, int count)
    {
        var classes = new int[count];
        using var ensemble = new PackedEnsemble(SampleModels.Convolutional(), new() { Threads = 1 });
        ensemble.Predict(images, classes);
        return classes;
    }

    private static float[] Images(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count * Pixels).Select(_ => (random.NextSingle() * 1.4f) - 0.2f)];
    }
}
