namespace Empir.Packed.Tests;

/// <summary>Layers value by value, over as many channels as vectors have and a few more.</summary>
public class ValueStepTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(19)]
    public void EveryChannelIsItsFormula(int channels)
    {
        const int Height = 2, Width = 3, Pixels = Height * Width;
        var (random, shape, values) = (new Random(1), new PackedShape(channels, Height, Width), channels * Pixels);
        float[] Floats() => [.. Enumerable.Range(0, values).Select(_ => (random.NextSingle() * 2) - 1)];
        var (pixels, bias, actual) = (Floats(), Floats(), new float[values]);
        var model = new PackedModel(
            "Values", new(channels, Height, Width, -1, 1), values, new PackedMajority(0),
            [
                new("one",
                [
                    new PackedLeakyRelu("", [-1], shape, 0.3f), new PackedPositionBias("bias", [0], shape, bias),
                    new PackedAdd("", [0, 1, -1], shape), new PackedFlatten("", [2], new(values, 1, 1)),
                ]),
            ],
            new Dictionary<string, string>());
        using var ensemble = new PackedEnsemble(model, new() { Threads = 1 });
        ensemble.Logits(pixels, actual);
        for (var i = 0; i < values; i++)
        {
            var leaky = pixels[i] > 0 ? pixels[i] : pixels[i] * 0.3f;
            Assert.Equal(leaky + (leaky + bias[i]) + pixels[i], actual[i]);
        }
    }

    // Convolutions give planes borders, and levels of several channels are filled up.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void RowsLieBetweenBorders(int channels)
    {
        const int Height = 3, Width = 4, Outputs = 2;
        var random = new Random(1);
        var (shape, both) = (new PackedShape(channels, Height, Width), new PackedShape(2 * channels, Height, Width));
        var (padded, result) = (new PackedShape((2 * channels) + 2, Height + 2, Width + 2), new PackedShape(Outputs, Height + 2, Width + 2));
        var (values, count, window, levels) = (Outputs * (Height + 2) * (Width + 2), Outputs * padded.Channels * 9, new PackedWindow(3, 3, 1, 1, 1, 1, 1, 1), SampleModels.DoReFa(2));
        float[] pixels = [.. Enumerable.Range(0, 2 * channels * Height * Width).Select(_ => (random.NextSingle() * 2) - 1)];
        double[] scale = [.. Enumerable.Range(0, channels).Select(c => 0.5 + c)], shift = [.. Enumerable.Range(0, channels).Select(c => 0.25 / (c + 1))];
        var (low, first, second) = (SampleModels.Weights(random, count, 2), SampleModels.FullWeights(random, count), SampleModels.FullWeights(random, count));
        var model = new PackedModel(
            "Values", new(channels, Height, Width, -1, 1), values, new PackedMajority(0),
            [
                new("one",
                [
                    new PackedLeakyRelu("", [-1], shape, 0.3f), new PackedAffine("", [0], shape, scale, shift), new PackedAdd("", [1, -1], shape),
                    new PackedConcat("", [2, 1], both), new PackedPad("", [3], padded, 1, 1, 1, PackedPadMode.Replicate),
                    new PackedConv2d("low", [4], result, window, 1, low, levels, null), new PackedConv2d("rounded", [4], result, window, 1, first, levels, null),
                    new PackedConv2d("full", [4], result, window, 1, second, null, null), new PackedAdd("", [5, 6, 7], result), new PackedFlatten("", [8], new(values, 1, 1)),
                ]),
            ],
            new Dictionary<string, string>());
        var actual = new float[2 * values];
        using var ensemble = new PackedEnsemble(model, new() { Threads = 1 });
        ensemble.Logits(pixels, actual);

        var lows = low.Values(Outputs, count);
        for (var i = 0; i < actual.Length; i++)
        {
            var (image, o, row, left, sum) = (i / values, i % values / (result.Height * result.Width), i / result.Width % result.Height, i % result.Width, 0.0);
            for (var k = 0; k < padded.Channels * 9; k++)
            {
                var (c, y, x) = (k / 9, row + (k / 3 % 3) - 1, left + (k % 3) - 1);
                if (y < 0 || x < 0 || y >= padded.Height || x >= padded.Width)
                    continue;
                var (value, at) = (Padded(image, c, y, x), (o * padded.Channels * 9) + k);
                var rounded = levels.Value(levels.Level(value));
                sum += (rounded * (lows[at] + first.Values[at])) + (value * (double)second.Values[at]);
            }
            Assert.Equal(sum, actual[i], 1e-3);
        }

        float Padded(int image, int c, int y, int x)
        {
            if (c == 0 || c > 2 * channels)
                return 0;
            var own = (c - 1) % channels;
            var pixel = pixels[(((((image * channels) + own) * Height) + Math.Clamp(y - 1, 0, Height - 1)) * Width) + Math.Clamp(x - 1, 0, Width - 1)];
            var line = ((pixel > 0 ? pixel : pixel * 0.3f) * (float)scale[own]) + (float)shift[own];
            return c <= channels ? line + pixel : line;
        }
    }
}
