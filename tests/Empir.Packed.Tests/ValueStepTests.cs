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
}
