using Empir.Packed.Kernels;

namespace Empir.Packed.Tests;

/// <summary>
/// Convolutions of every pair of bits, of random shape, stride, padding, dilation and groups, levels and batch norm, against sums and
/// levels written out here in integers and double precision.
/// </summary>
public class WindowTests
{
    public static TheoryData<string?> Kernels => new(null, "scalar", "avx2", "avx512bw", "pshufb", "vpermb", "u8-u1", "u2-u8", "sparse", "maddubs", "maddwd");

    [Theory]
    [MemberData(nameof(Kernels))]
    public void LevelsAreTheirFormulas(string? kernel)
    {
        var random = new Random(23);
        foreach (var kind in Enum.GetValues<Kind>())
        {
            for (var weightBits = 1; weightBits <= 8; weightBits++)
            {
                for (var bits = 1; bits <= 8; bits++)
                {
                    // Layers of two bits in turn of any weights and of few outer ones, which a kernel for one bit runs too.
                    var isFew = weightBits == 2 && (bits % 2 == 0 || kernel == "u8-u1");
                    var ran = Compare(random, kernel, kind, weightBits, bits, isFew);
                    if (Runs(kernel, isFew && kernel == "u8-u1" ? 1 : weightBits, bits, kind >= Kind.Grouped) is { } runs)
                        Assert.True(ran == runs, $"{kernel} {(ran ? "runs" : "refuses")} w{weightBits} a{bits}, {kind}.");
                }
            }
        }
    }

    // A processor without the instructions says so; then there is nothing to compare.
    private static bool? Runs(string? kernel, int weightBits, int bits, bool isGrouped)
    {
        bool?[] runs = [.. from one in KernelSelector.LevelKernels
                           where one.IsSupported && one.Name.Contains(kernel ?? "", StringComparison.Ordinal)
                           select KernelSupport.Runs(one.Name, new(weightBits, 2, 1 - (1 << weightBits)), (1 << bits) - 1, isGrouped)];
        return runs.Contains(true) ? true : runs.Contains(null) ? null : false;
    }

    private static bool Compare(Random random, string? kernel, Kind kind, int weightBits, int bits, bool isFew)
    {
        var groups = kind switch { Kind.Grouped => random.Next(2, 5), Kind.Depthwise => random.Next(2, 20), _ => 1 };
        var channels = kind switch { Kind.Grouped => groups * random.Next(2, 9), Kind.Depthwise => groups, _ => random.Next(1, 17) };
        var outputs = groups * random.Next(1, kind == Kind.Depthwise ? 3 : 20);
        var window = Window(random, kind);
        // The next layer's levels: of any bits that the kernel runs with weights of one.
        var nextBits = random.Next(1, Enumerable.Range(1, 8).LastOrDefault(next => Runs(kernel, 1, next, false) == true, 1) + 1);
        var size = random.Next(7, 12);
        var height = (size + window.Top + window.Bottom - ((window.Height - 1) * window.DilationY) - 1) / window.StrideY + 1;
        var width = (size + window.Left + window.Right - ((window.Width - 1) * window.DilationX) - 1) / window.StrideX + 1;
        var terms = channels / groups * window.Height * window.Width;
        var weights = isFew ? SampleModels.FewOuter(random, outputs * terms) : SampleModels.Weights(random, outputs * terms, weightBits);
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
        float[] pixels = [.. Enumerable.Range(0, images * channels * size * size).Select(_ => random.NextSingle())];
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
        int[] levels = [.. pixels.Select(pixel => (int)MathF.Round(pixel * highest))];
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
                            sum += integers[(output * terms) + t] * (long)levels[((((image * channels) + (output / (outputs / groups) * (channels / groups)) + c) * size) + row) * size + column];
                    }
                    var exact = Math.Clamp(((double)sum / n / highest * scale[output]) + shift[output], 0, 1) * next;
                    var level = (int)Math.Round(actual[(((o * height) + y) * width) + x] * next);
                    // Where the value lies between two levels as exactly as double precision can tell, either is right.
                    Assert.True(Math.Abs(level - exact) <= 0.5 + 1e-8, $"{kernel}: level {level}, value {exact}, w{weightBits} a{bits}, {kind}, groups {groups}, {window}");
                }
            }
        }
        return true;
    }

    private static PackedWindow Window(Random random, Kind kind)
    {
        // At least one side is padded, one direction dilated; where channels are grouped, either may be.
        int[] padding = kind switch
        {
            Kind.Plain => [0, 0, 0, 0],
            Kind.Padded => [random.Next(1, 3), random.Next(3), random.Next(3), random.Next(3)],
            _ => [random.Next(2), random.Next(2), random.Next(2), random.Next(2)],
        };
        int[] dilation = kind switch
        {
            Kind.Plain or Kind.Padded => [1, 1],
            Kind.Dilated => [random.Next(2, 4), random.Next(1, 4)],
            _ => [random.Next(1, 3), random.Next(1, 3)],
        };
        random.Shuffle(padding);
        random.Shuffle(dilation);
        var least = kind == Kind.Dilated ? 2 : 1;
        return new(
            random.Next(least, 4), random.Next(least, 4), random.Next(1, 4), random.Next(1, 4), padding[0], padding[1], padding[2], padding[3],
            dilation[0], dilation[1]);
    }

    private enum Kind
    {
        Plain,
        Padded,
        Dilated,
        Grouped,
        Depthwise,
    }
}
