namespace Empir.Packed.Tests;

/// <summary>The caller's pixels as levels and as activations, handed on by a convolution that is the identity.</summary>
public class ImageTests
{
    [Theory]
    [InlineData(1, 2, 53)]
    [InlineData(1, 4, 28)]
    [InlineData(1, 8, 131)]
    [InlineData(3, 1, 53)]
    [InlineData(3, 2, 53)]
    [InlineData(3, 4, 53)]
    [InlineData(3, 8, 131)]
    [InlineData(2, 4, 53)]
    [InlineData(5, 2, 53)]
    public void LevelsAreTheirFormulas(int channels, int bits, int width)
    {
        var highest = (1 << bits) - 1;
        var pass = new LowBitWeights(1, LowBitWeights.ToPlanes([.. Enumerable.Range(0, channels * channels).Select(i => (byte)(i / channels == i % channels ? 1 : 0))], 1), 1, 0, [1]);
        Compare(channels, width, pass, SampleModels.DoReFa(bits), value => MathF.Round(Math.Clamp(value, 0, 1) * highest) / highest);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void ActivationsAreThePixels(int channels) =>
        Compare(channels, 53, new FullWeights([.. Enumerable.Range(0, channels * channels).Select(i => i / channels == i % channels ? 1f : 0f)]), null, value => value);

    private static void Compare(int channels, int width, PackedWeights weights, PackedActivations? activations, Func<float, float> formula)
    {
        Compare(channels, width, weights, activations, formula, 0, 1);
        Compare(channels, width, weights, activations, formula, -1, 1.5f);
    }

    // A byte is a pixel of the input's range, computed as the training data's is.
    private static void Compare(
        int channels, int width, PackedWeights weights, PackedActivations? activations, Func<float, float> formula, float minimum, float maximum)
    {
        const int Height = 3, Count = 5;
        var values = channels * Height * width;
        // Padding on all sides: what an image writes beyond a row would show.
        var padded = new PackedShape(channels, Height + 2, width + 2);
        var size = channels * padded.Height * padded.Width;
        var model = new PackedModel(
            "Image", new(channels, Height, width, minimum, maximum), size, new PackedMajority(0),
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
                var isInside = y >= 0 && y < Height && x >= 0 && x < width;
                var pixel = (((plane * Height) + y) * width) + x;
                Assert.Equal(isInside ? formula(isBytes ? (bytes[pixel] / 255f * (maximum - minimum)) + minimum : floats[pixel]) : 0, actual[i], 1e-6f);
            }
        }
    }
}
