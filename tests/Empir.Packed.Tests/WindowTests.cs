using Empir.Packed.Kernels;

namespace Empir.Packed.Tests;

/// <summary>
/// Convolutions of random shape, stride, padding, dilation and groups, levels and batch norm, against sums and levels written
/// out here in integers and double precision.
/// </summary>
public class WindowTests
{
    private const int Rounds = 120;

    public static TheoryData<string?> Kernels => new(null, "scalar", "avx2", "pshufb", "vpermb", "u2-u8", "sparse", "maddubs", "maddwd");

    [Theory]
    [MemberData(nameof(Kernels))]
    public void LevelsAreTheirFormulas(string? kernel)
    {
        var random = new Random(23);
        var ran = 0;
        for (var round = 0; round < Rounds; round++)
            ran += Compare(random, kernel) ? 1 : 0;
        // A processor without the instructions says so; then there is nothing to compare.
        var isThere = kernel is null || KernelSelector.LevelKernels.Any(one => one.IsSupported && one.Name.Contains(kernel, StringComparison.Ordinal));
        // The default and the plainest one refuse nothing.
        Assert.InRange(ran, !isThere ? 0 : kernel is null or "scalar" ? Rounds : 5, isThere ? Rounds : 0);
    }

    private static bool Compare(Random random, string? kernel)
    {
        var groups = random.Next(3) == 0 ? random.Next(2, 4) : 1;
        var (channels, outputs) = (groups * random.Next(1, 9), groups * random.Next(1, 20));
        var window = new PackedWindow(
            random.Next(1, 4), random.Next(1, 4), random.Next(1, 3), random.Next(1, 3), random.Next(0, 2), random.Next(0, 2), random.Next(0, 2), random.Next(0, 2),
            random.Next(1, 3), random.Next(1, 3));
        var (size, bits, weightBits, nextBits) = (random.Next(7, 12), random.Next(1, 9), random.Next(1, 9), random.Next(1, 9));
        var height = (size + window.Top + window.Bottom - ((window.Height - 1) * window.DilationY) - 1) / window.StrideY + 1;
        var width = (size + window.Left + window.Right - ((window.Width - 1) * window.DilationX) - 1) / window.StrideX + 1;
        var terms = channels / groups * window.Height * window.Width;
        var weights = SampleModels.Weights(random, outputs * terms, weightBits);
        double[] scale = [.. Enumerable.Range(0, outputs).Select(_ => (random.NextDouble() - 0.4) / 2)];
        double[] shift = [.. Enumerable.Range(0, outputs).Select(_ => random.NextDouble())];
        var values = outputs * height * width;
        // One image, or a chunk and a rest.
        var images = random.Next(6) == 0 ? random.Next(17, 21) : 1;
        // The second convolution hands on the first one's levels: a window of one pixel, weight 1 for its own channel, 0 elsewhere.
        var pass = new LowBitWeights(1, LowBitWeights.ToPlanes([.. Enumerable.Range(0, outputs * outputs).Select(i => (byte)(i / outputs == i % outputs ? 1 : 0))], 1), 1, 0, [1]);
        var model = new PackedModel(
            "Window", new(channels, size, size, 0, 1), values, new PackedMajority(0),
            [
                new("one",
                [
                    new PackedConv2d("conv", [-1], new(outputs, height, width), window, groups, weights, SampleModels.DoReFa(bits), null),
                    new PackedAffine("norm", [0], new(outputs, height, width), scale, shift),
                    new PackedConv2d("levels", [1], new(outputs, height, width), new(1, 1, 1, 1, 0, 0, 0, 0), 1, pass, SampleModels.DoReFa(nextBits), null),
                    new PackedFlatten("", [2], new(values, 1, 1)),
                ]),
            ],
            new Dictionary<string, string>());
        var pixels = Enumerable.Range(0, images * channels * size * size).Select(_ => random.NextSingle()).ToArray();
        var actual = new float[images * values];
        try
        {
            using var ensemble = new PackedEnsemble(model, new() { Threads = 1, Kernel = kernel });
            ensemble.Logits(pixels, actual);
            Assert.All(ensemble.Layers, layer => Assert.Contains(kernel ?? "-", layer.Kernel, StringComparison.Ordinal));
        }
        catch (NotSupportedException)
        {
            return false;
        }

        var (highest, next, n) = ((1 << bits) - 1, (1 << nextBits) - 1, (1 << weightBits) - 1);
        var integers = weights.Integers(outputs * terms);
        for (var o = 0; o < images * outputs; o++)
        {
            var (image, output) = Math.DivRem(o, outputs);
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    long sum = 0;
                    for (var t = 0; t < terms; t++)
                    {
                        var (c, ky, kx) = (t / (window.Height * window.Width), t / window.Width % window.Height, t % window.Width);
                        var (row, column) = ((y * window.StrideY) - window.Top + (ky * window.DilationY), (x * window.StrideX) - window.Left + (kx * window.DilationX));
                        if (row >= 0 && row < size && column >= 0 && column < size)
                            sum += integers[(output * terms) + t] * (long)Math.Round((double)(pixels[((((image * channels) + (output / (outputs / groups) * (channels / groups)) + c) * size) + row) * size + column] * highest));
                    }
                    var exact = Math.Clamp(((double)sum / n / highest * scale[output]) + shift[output], 0, 1) * next;
                    var level = (int)Math.Round(actual[(((o * height) + y) * width) + x] * next);
                    // Where the value lies between two levels as exactly as double precision can tell, either is right.
                    Assert.True(Math.Abs(level - exact) <= 0.5 + 1e-8, $"{kernel}: level {level}, value {exact}, w{weightBits} a{bits}, groups {groups}, {window}");
                }
            }
        }
        return true;
    }
}
