using Empir.Packed.Kernels;

namespace Empir.Packed.Tests;

/// <summary>
/// Transformed convolutions of random shape and padding against sums written out here in double precision. Errors are measured in
/// units of a sum's size: the root of the sum of its squared products. Rounding to 32 bits is half of 2^-23 of it at every
/// operation; the transforms enlarge that to 2e-6 in the root mean square for windows of 5x5 and 6e-7 for those of 3x3, and to
/// ten times as much at worst. The tests allow three times that.
/// </summary>
public class WinogradTests
{
    public static TheoryData<string> Kernels => new(KernelSelector.WinogradKernels.Where(kernel => kernel.IsSupported).Select(kernel => kernel.Name).DefaultIfEmpty("winograd"));

    [Avx2Theory]
    [MemberData(nameof(Kernels))]
    public void OutputsAreTheirFormulas(string kernel)
    {
        var random = new Random(29);
        for (var round = 0; round < 40; round++)
        {
            var size = random.Next(2) == 0 ? 3 : 5;
            // Same, valid, or any padding.
            var (top, left, bottom, right) = random.Next(3) switch
            {
                0 => (size / 2, size / 2, size / 2, size / 2),
                1 => (0, 0, 0, 0),
                _ => (random.Next(size), random.Next(size), random.Next(size), random.Next(size)),
            };
            var window = new PackedWindow(size, size, 1, 1, top, left, bottom, right);
            var channels = random.Next(3) switch { 0 => random.Next(1, 9), 1 => 16 * random.Next(1, 4), _ => random.Next(9, 70) };
            Compare(random, kernel, window, new(channels, random.Next(size, 17), random.Next(size, 17)), random.Next(1, 50), random.Next(1, 7));
        }
    }

    [Avx2Fact]
    public void MoreImagesThanRunTogether() =>
        Compare(new(41), "winograd", new(5, 5, 1, 1, 2, 2, 2, 2), new(16, 7, 6), 16, 19, "f32-winograd-4x4-");

    [Avx2Fact]
    public void OtherWindowsRunOnThePixels()
    {
        foreach (var window in new PackedWindow[] { new(3, 5, 1, 1, 1, 2, 1, 2), new(3, 3, 2, 2, 1, 1, 1, 1), new(3, 3, 1, 1, 2, 2, 2, 2, 2, 2), new(7, 7, 1, 1, 3, 3, 3, 3) })
            Compare(new(31), "winograd", window, new(8, 12, 11), 8, 2, "f32-conv-");
    }

    [Avx2Fact]
    public void TheKernelThatIsAskedForRuns()
    {
        var window = new PackedWindow(5, 5, 1, 1, 2, 2, 2, 2);
        Compare(new(37), "winograd", window, new(1, 5, 5), 1, 1, "f32-winograd-4x4-");
        Compare(new(37), "f32-conv", window, new(32, 16, 16), 32, 1, "f32-conv-");
        Compare(new(37), "avx2", window, new(32, 16, 16), 32, 1, "f32-winograd-4x4-6x16-avx2-fma");
        Compare(new(37), "scalar", window, new(32, 16, 16), 32, 1, "f32-conv-1x1-scalar");
        // A kernel over levels leaves floats to the cost model.
        Compare(new(37), "maddwd", window, new(32, 16, 16), 32, 1, "f32-winograd-4x4-");
    }

    private static void Compare(Random random, string kernel, PackedWindow window, PackedShape input, int outputs, int images, string? name = null)
    {
        var height = (input.Height + window.Top + window.Bottom - ((window.Height - 1) * window.DilationY) - 1) / window.StrideY + 1;
        var width = (input.Width + window.Left + window.Right - ((window.Width - 1) * window.DilationX) - 1) / window.StrideX + 1;
        var shape = new PackedShape(outputs, height, width);
        var weights = SampleModels.FullWeights(random, outputs * input.Channels * window.Area);
        float[] bias = [.. Enumerable.Range(0, outputs).Select(_ => random.NextSingle() - 0.5f)];
        var values = outputs * height * width;
        var model = new PackedModel(
            "Winograd", new(input.Channels, input.Height, input.Width, 0, 1), values, new PackedMajority(0),
            [new("one", [new PackedConv2d("conv", [-1], shape, window, 1, weights, null, bias), new PackedClip("", [0], shape, 0, null), new PackedFlatten("", [1], new(values, 1, 1))])],
            new Dictionary<string, string>());
        var pixels = Enumerable.Range(0, images * input.Channels * input.Height * input.Width).Select(_ => random.NextSingle()).ToArray();
        var actual = new float[images * values];
        using var ensemble = new PackedEnsemble(model, new() { Threads = 1, Kernel = kernel });
        Assert.StartsWith(name ?? kernel, ensemble.Layers.Single().Kernel, StringComparison.Ordinal);
        ensemble.Logits(pixels, actual);

        double squares = 0, limit = window.Height == 3 ? 1.8e-6 : 6e-6;
        for (var i = 0; i < actual.Length; i++)
        {
            var (image, o, y, x) = (i / values, i / (height * width) % outputs, i / width % height, i % width);
            var (sum, size) = ((double)bias[o], (double)bias[o] * bias[o]);
            for (var t = 0; t < input.Channels * window.Area; t++)
            {
                var (c, ky, kx) = (t / window.Area, t / window.Width % window.Height, t % window.Width);
                var (row, column) = ((y * window.StrideY) - window.Top + (ky * window.DilationY), (x * window.StrideX) - window.Left + (kx * window.DilationX));
                if (row < 0 || row >= input.Height || column < 0 || column >= input.Width)
                    continue;
                var product = (double)weights.Values[(o * input.Channels * window.Area) + t] * pixels[(((((image * input.Channels) + c) * input.Height) + row) * input.Width) + column];
                (sum, size) = (sum + product, size + (product * product));
            }
            // What the transforms round has the size of whole tiles, not of a corner's few products.
            var error = (actual[i] - Math.Max(sum, 0)) / Math.Sqrt(Math.Max(size, input.Channels * window.Area / 36.0));
            Assert.True(Math.Abs(error) <= 10 * limit, $"{kernel}: {actual[i]} for {sum}, error {error}, {input.Channels} to {outputs} channels, {window}");
            squares += error * error;
        }
        Assert.True(Math.Sqrt(squares / actual.Length) <= limit, $"{kernel}: error {Math.Sqrt(squares / actual.Length)}, {input.Channels} to {outputs} channels, {window}");
    }
}
