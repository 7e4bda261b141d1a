using Empir.Packed.Kernels;
using Empir.Packed.Networks;

namespace Empir.Packed.Tests;

/// <summary>Two-bit layers of which few weights are at the outer levels.</summary>
public unsafe class OuterWeightsTests
{
    private static readonly WeightLevels DoReFa = new(2, 2, -3);

    // Kernels of other processors run too: each of their instructions is computed otherwise here.
    public static TheoryData<string, double> Kernels
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (var kernel in KernelSelector.LevelKernels.Where(kernel => kernel.Name.StartsWith("u8-u1", StringComparison.Ordinal)))
                foreach (var share in new[] { 0, 0.01, 0.2, 1 })
                    data.Add(kernel.Name, share);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void TheBitAndTheRestAreTheWhole(string kernel, double share)
    {
        var random = new Random(5);
        for (var round = 0; round < 40; round++)
        {
            var channels = random.Next(1, 70);
            var used = channels % 4 == 0 ? channels - random.Next(4) : channels;
            var (rows, columns, outputs) = (random.Next(1, 5), random.Next(1, 5), random.Next(1, 150));
            // The second time the levels' two's complement, which has the integer 0.
            var weights = round % 2 == 0 ? DoReFa : new(2, 1, -2);
            var highest = random.Next(3) switch { 0 => 1, 1 => 15, _ => 255 };
            var sums = new LevelSums(rows, columns * channels, outputs, highest, weights, channels, used);
            // Some outputs have many outer weights, others none.
            var numbers = new byte[outputs * rows * columns * used];
            for (var o = 0; o < outputs; o++)
            {
                var own = share == 1 ? 1 : share * random.Next(4);
                foreach (ref var number in numbers.AsSpan(o * rows * columns * used, rows * columns * used))
                    number = (byte)(random.NextDouble() < own ? random.Next(2) * 3 : random.Next(1, 3));
            }
            var (height, width) = (rows + random.Next(4), columns + random.Next(4));
            var bytes = height * width * channels;
            using var input = new GuardedMemory(bytes + Plane.Slack);
            for (var k = 0; k < bytes + Plane.Slack; k++)
                input.Memory[k] = (byte)(k >= bytes || k % channels >= used ? 255 : random.Next(highest + 1));
            int[] offsets = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => ((random.Next(height - rows + 1) * width) + random.Next(width - columns + 1)) * channels)];
            int[] runs = [.. Enumerable.Range(0, rows).Select(row => row * width * channels)];
            Assert.Equal(LevelKernelTests.Run(new ScalarLevelKernel(), sums, input, bytes, runs, numbers, offsets), Split(KernelSelector.LevelKernels.Single(one => one.Name == kernel), sums, input, bytes, runs, numbers, offsets));
        }
    }

    [Avx2Theory]
    [InlineData(null, 0.01, true)]
    [InlineData(null, 0.03, false)]
    [InlineData("avx2", 0.01, true)]
    [InlineData("avx2", 0.03, false)]
    public void ALayerIsDividedWhereFewWeightsAreOuter(string? kernel, double share, bool isDivided)
    {
        var model = Layer(share, 2);
        using var ensemble = new PackedEnsemble(model, new() { Kernel = kernel, LazyVote = false });
        // Both parts by the same instructions.
        Assert.Equal(isDivided, ensemble.Layers.Single().Kernel.Split(" and ") is [var bit, var outer] && string.Join("-", outer.Split('-').TakeLast(2)) == string.Join("-", bit.Split('-').TakeLast(2)));
        Assert.Equal(Logits(model, "scalar"), Logits(model, kernel));
    }

    // Asked for by name it runs the layer that it cannot run whole; so do kernels that can run either.
    [Avx2Theory]
    [InlineData("u8-u1", true)]
    [InlineData("u8-u2", false)]
    [InlineData("scalar", false)]
    [InlineData("avx2-maddubs", false)]
    public void AKernelThatIsAskedForRuns(string kernel, bool isDivided)
    {
        var model = Layer(0.01, 2);
        using var ensemble = new PackedEnsemble(model, new() { Kernel = kernel });
        Assert.Contains(kernel, ensemble.Layers.Single().Kernel, StringComparison.Ordinal);
        Assert.Equal(isDivided, ensemble.Layers.Single().Kernel.Contains(" and u8-s8-s16-outer-", StringComparison.Ordinal));
        Assert.Equal(Logits(model, "scalar"), Logits(model, kernel));
    }

    [Avx2Theory]
    [InlineData(0.03)]
    public void TooManyAreRefusedByTheKernelForOneBit(double share)
    {
        var refusal = Assert.Throws<NotSupportedException>(() => new PackedEnsemble(Layer(share, 2), new() { Kernel = "u8-u1" }));
        Assert.Equal("The kernel 'u8-u1' cannot run one/conv; ask for another one or for none.", refusal.Message);
    }

    // What does not fit into 16 bits is added in parts: all weights and levels are the highest, and each output takes all of them.
    [Theory]
    [MemberData(nameof(Kernels))]
    public void SumsOfAnySizeAreRight(string kernel, double share)
    {
        if (share < 1)
            return;
        var sums = new LevelSums(3, 64 * 64, 2, 255, DoReFa, 64, 64);
        var bytes = sums.Terms;
        var numbers = new byte[sums.Outputs * sums.Terms];
        numbers.AsSpan(0, sums.Terms).Fill(3);
        using var input = new GuardedMemory(bytes + Plane.Slack);
        new Span<byte>(input.Memory, bytes + Plane.Slack).Fill(255);
        int[] runs = [.. Enumerable.Range(0, sums.Rows).Select(row => row * sums.Run)];

        Assert.Equal([255 * 3 * bytes, 255 * -3 * bytes], Split(KernelSelector.LevelKernels.Single(one => one.Name == kernel), sums, input, bytes, runs, numbers, [0]));
    }

    [Fact]
    public void OuterWeightsAreCounted()
    {
        var random = new Random(9);
        for (var count = 1; count < 200; count += 7)
        {
            byte[] numbers = [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(4))];
            Assert.Equal(numbers.Count(number => number is 0 or 3), new LowBitWeights(2, LowBitWeights.ToPlanes(numbers, 2), 2, -3, [1]).Outer(count));
        }
    }

    private static float[] Logits(PackedModel model, string? kernel)
    {
        using var ensemble = new PackedEnsemble(model, new() { Kernel = kernel, LazyVote = false });
        var random = new Random(2);
        float[] pixels = [.. Enumerable.Range(0, 3 * model.Input.Channels * model.Input.Height * model.Input.Width).Select(_ => random.NextSingle())];
        var logits = new float[3 * model.Classes];
        ensemble.Logits(pixels, logits);
        return logits;
    }

    private static PackedModel Layer(double share, int bits)
    {
        const int Channels = 64, Outputs = 128, Size = 14, Window = 6;
        var random = new Random(4);
        byte[] numbers = [.. Enumerable.Range(0, Outputs * Channels * Window * Window).Select(_ => (byte)(random.NextDouble() < share ? random.Next(2) * 3 : random.Next(1, 3)))];
        return new(
            "Outer", new(Channels, Size, Size, 0, 1), Outputs * 25, new PackedMajority(0),
            [
                new("one",
                [
                    new PackedConv2d("conv", [-1], new(Outputs, 5, 5), new(Window, Window, 2, 2, 0, 0, 0, 0), 1, new LowBitWeights(bits, LowBitWeights.ToPlanes(numbers, bits), 2, -3, [1.0 / 3]), SampleModels.DoReFa(4), null),
                    new PackedFlatten("", [0], new(Outputs * 25, 1, 1)),
                ]),
            ],
            new Dictionary<string, string>());
    }

    // The scalar kernel's sums of the bit, and the rest added to them; memory ends where both have to stop.
    private static int[] Split(LevelKernel kernel, LevelSums sums, GuardedMemory input, int bytes, int[] rows, byte[] numbers, int[] offsets)
    {
        var outer = kernel.Outer(sums, numbers.Count(number => number is 0 or 3))!;
        using var memory = outer.Pack(numbers);
        var bits = numbers.ToArray();
        OuterWeights.ToBits(bits);
        var inner = LevelKernelTests.Run(new ScalarLevelKernel(), OuterWeights.Inner(sums), input, bytes, rows, bits, offsets);
        // As many sums of a pixel as a kernel of the one bit writes, which are more than there are outputs.
        var stride = Tiles.Round(sums.Outputs, 64);
        using var output = new GuardedMemory((long)offsets.Length * stride * sizeof(int));
        var results = (int*)output.Memory;
        for (var p = 0; p < offsets.Length; p++)
            inner.AsSpan(p * sums.Outputs, sums.Outputs).CopyTo(new Span<int>(results + ((long)p * stride), sums.Outputs));
        fixed (int* runs = rows, places = offsets)
            outer.Add(input.Memory, runs, places, offsets.Length, results, stride);
        return [.. Enumerable.Range(0, offsets.Length).SelectMany(p => new ReadOnlySpan<int>(results + ((long)p * stride), sums.Outputs).ToArray())];
    }
}
