namespace Empir.Packed.Tests;

/// <summary>A low-bit convolution, ReLU, an average and a low-bit layer, against the formula in double precision.</summary>
public class AverageTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(-0.1)]
    [InlineData(0.2, -0.3, 0.1, -0.1, 0.3)]
    public void AReluIsThatOfTheValueWhateverTheScalesSign(params double[] scales)
    {
        const int Channels = 3, Outputs = 5, Size = 6, Half = Size / 2, Highest = 3, Next = 7, Terms = Channels * 9;
        var random = new Random(43);
        var weights = SampleModels.Weights(random, Outputs * Terms, 2) with { Scales = scales };
        // The second convolution hands on the levels of its input.
        var pass = new LowBitWeights(1, LowBitWeights.ToPlanes([.. Enumerable.Range(0, Outputs * Outputs).Select(i => (byte)(i / Outputs == i % Outputs ? 1 : 0))], 1), 1, 0, [1]);
        var (whole, half) = (new PackedShape(Outputs, Size, Size), new PackedShape(Outputs, Half, Half));
        var model = new PackedModel(
            "Average", new(Channels, Size, Size, 0, 1), half.Values, new PackedMajority(0),
            [
                new("one",
                [
                    new PackedConv2d("conv", [-1], whole, new(3, 3, 1, 1, 1, 1, 1, 1), 1, weights, SampleModels.DoReFa(2), null),
                    new PackedClip("", [0], whole, 0, null),
                    new PackedAvgPool2d("", [1], half, new(2, 2, 2, 2, 0, 0, 0, 0), true),
                    new PackedConv2d("levels", [2], half, new(1, 1, 1, 1, 0, 0, 0, 0), 1, pass, SampleModels.DoReFa(3), null),
                    new PackedFlatten("", [3], new(half.Values, 1, 1)),
                ]),
            ],
            new Dictionary<string, string>());
        float[] pixels = [.. Enumerable.Range(0, Channels * Size * Size).Select(_ => random.NextSingle())];
        var actual = new float[half.Values];
        using var ensemble = new PackedEnsemble(model, new() { Threads = 1 });
        ensemble.Logits(pixels, actual);

        var integers = weights.Integers(Outputs * Terms);
        double Value(int output, int y, int x)
        {
            var sum = 0.0;
            for (var t = 0; t < Terms; t++)
            {
                var (row, column) = (y + (t / 3 % 3) - 1, x + (t % 3) - 1);
                if (row is >= 0 and < Size && column is >= 0 and < Size)
                    sum += integers[(output * Terms) + t] * Math.Round((double)(pixels[(((t / 9 * Size) + row) * Size) + column] * Highest));
            }
            return Math.Max(sum * weights.Scale(output) / Highest, 0);
        }
        for (var i = 0; i < actual.Length; i++)
        {
            var (output, y, x) = (i / (Half * Half), i / Half % Half * 2, i % Half * 2);
            var mean = (Value(output, y, x) + Value(output, y, x + 1) + Value(output, y + 1, x) + Value(output, y + 1, x + 1)) / 4;
            var (level, exact) = (Math.Round(actual[i] * Next), Math.Clamp(mean, 0, 1) * Next);
            // Where the value lies between two levels as exactly as 32 bits can tell, either is right.
            Assert.True(Math.Abs(level - exact) <= 0.5 + 1e-5, $"level {level}, value {exact}, scale {weights.Scale(output)}");
        }
        Assert.True(actual.Distinct().Count() > 3, "nearly all levels are equal");
    }
}
