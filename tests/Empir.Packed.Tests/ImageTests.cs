namespace Empir.Packed.Tests;

/// <summary>The caller's pixels as levels and as activations, handed on by a convolution that is the identity.</summary>
public class ImageTests
{
    [Theory]
    [InlineData(1, 2, 53, 3)]
    [InlineData(1, 4, 28, 3)]
    [InlineData(1, 8, 131, 3)]
    [InlineData(3, 1, 53, 3)]
    [InlineData(3, 2, 53, 3)]
    [InlineData(3, 4, 53, 3)]
    [InlineData(3, 8, 131, 3)]
    [InlineData(2, 4, 53, 3)]
    [InlineData(5, 2, 53, 3)]
    // All of an image is less than a vector, or than a long one.
    [InlineData(1, 4, 5, 3)]
    [InlineData(3, 4, 5, 3)]
    [InlineData(1, 4, 13, 3)]
    [InlineData(3, 2, 13, 3)]
    [InlineData(3, 8, 13, 3)]
    // Some rows at once and some more, and one row that is too long for that.
    [InlineData(1, 4, 33, 40)]
    [InlineData(3, 2, 33, 40)]
    [InlineData(1, 2, 1100, 2)]
    [InlineData(3, 4, 1100, 2)]
    public void LevelsAreTheirFormulas(int channels, int bits, int width, int height)
    {
        var highest = (1 << bits) - 1;
        var pass = new LowBitWeights(1, LowBitWeights.ToPlanes([.. Enumerable.Range(0, channels * channels).Select(i => (byte)(i / channels == i % channels ? 1 : 0))], 1), 1, 0, [1]);
        Compare(channels, height, width, pass, SampleModels.DoReFa(bits), value => MathF.Round(Math.Clamp(value, 0, 1) * highest) / highest);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void ActivationsAreThePixels(int channels) =>
        Compare(channels, 3, 53, new FullWeights([.. Enumerable.Range(0, channels * channels).Select(i => i / channels == i % channels ? 1f : 0f)]), null, value => value);

    private static void Compare(int channels, int height, int width, PackedWeights weights, PackedActivations? activations, Func<float, float> formula)
    {
        Compare(channels, height, width, weights, activations, formula, 0, 1);
        Compare(channels, height, width, weights, activations, formula, -1, 1.5f);
    }

    // A byte is a pixel of the input's range, computed as the training data's is.
    private static void Compare(
        int channels, int height, int width, PackedWeights weights, PackedActivations? activations, Func<float, float> formula, float minimum, float maximum)
    {
        const int Count = 5;
        var values = channels * height * width;
        // Padding on all sides: what an image writes beyond a row would show.
        var padded = new PackedShape(channels, height + 2, width + 2);
        var size = channels * padded.Height * padded.Width;
        var model = new PackedModel(
            "Image", new(channels, height, width, minimum, maximum), size, new PackedMajority(0),
            [new("one", [new PackedConv2d("conv", [-1], padded, new(1, 1, 1, 1, 1, 1, 1, 1), 1, weights, activations, null), new PackedFlatten("", [0], new(size, 1, 1))])],
            new Dictionary<string, string>());
        var random = new Random(11);
        var bytes = new byte[Count * values];
        random.NextBytes(bytes);
        float[] floats = [.. Enumerable.Range(0, bytes.Length).Select(_ => activations is null ? random.NextSingle() : (random.NextSingle() * 1.4f) - 0.2f)];
        using var ensemble = new PackedEnsemble(model, new() { Threads = 1 });
        var actual = new float[Count * size];
        foreach (var isBytes in new[] { true, false })
        {
            if (isBytes)
                ensemble.Logits(bytes, actual);
            else
                ensemble.Logits(floats, actual);
            for (var i = 0; i < actual.Length; i++)
            {
                var (plane, y, x) = (i / (padded.Height * padded.Width), (i / padded.Width % padded.Height) - 1, (i % padded.Width) - 1);
                var isInside = y >= 0 && y < height && x >= 0 && x < width;
                var pixel = (((plane * height) + y) * width) + x;
                Assert.Equal(isInside ? formula(isBytes ? (bytes[pixel] / 255f * (maximum - minimum)) + minimum : floats[pixel]) : 0, actual[i], 1e-6f);
            }
        }
    }
}
