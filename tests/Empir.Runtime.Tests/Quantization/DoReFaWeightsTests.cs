using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

public class DoReFaWeightsTests
{
    public static TheoryData<int> Bits => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory, MemberData(nameof(Bits))]
    public void Equals_the_formula_in_double_precision(int bits)
    {
        var weights = Draw(300);
        using var w = tensor(weights);
        using var quantized = new DoReFaWeights(bits).Quantize(w);

        var steps = (1 << bits) - 1;
        var largest = weights.Max(v => Math.Abs(Math.Tanh(v)));
        var expected = weights.Select(v =>
            2 * (Math.Round((Math.Tanh(v) / (2 * largest) + 0.5) * steps, MidpointRounding.ToEven) / steps) - 1).ToArray();
        Assert.All(quantized.data<double>().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 0.5e-12));
    }

    [Theory, MemberData(nameof(Bits))]
    public void Levels_span_minus_one_to_one_without_zero(int bits)
    {
        using var w = tensor(Draw(5000));
        using var quantized = new DoReFaWeights(bits).Quantize(w);
        var levels = quantized.data<double>().Distinct().Order().ToArray();

        Assert.True(levels.Length <= 1 << bits);
        Assert.Equal(1, levels.Max(Math.Abs), 0.5e-12);
        Assert.DoesNotContain(levels, level => Math.Abs(level) < 1e-9);
    }

    // w_q = t/M up to the rounding: d/dw_i = g_i (1 - t_i²)/M, and the largest weight also pays for the division by M = |t_a|.
    [Theory, MemberData(nameof(Bits))]
    public void The_gradient_is_the_one_derived_by_hand(int bits)
    {
        var weights = Draw(60);
        var slopes = Draw(60, seed: 2);
        using var w = tensor(weights, requires_grad: true);
        using var quantized = new DoReFaWeights(bits).Quantize(w);
        using var loss = (quantized * tensor(slopes)).sum();
        loss.backward();

        var t = weights.Select(Math.Tanh).ToArray();
        var largest = Array.IndexOf(t, t.MaxBy(Math.Abs));
        var scale = Math.Abs(t[largest]);
        var expected = t.Select((value, i) => slopes[i] * (1 - value * value) / scale).ToArray();
        expected[largest] -= t.Zip(slopes, (a, b) => a * b).Sum() / (scale * scale) * Math.Sign(t[largest]) * (1 - t[largest] * t[largest]);
        Assert.All(w.grad!.data<double>().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 0.5e-10));
    }

    [Fact]
    public void One_bit_sends_an_exact_zero_to_minus_one()
    {
        using var w = tensor(new[] { 0f, 0.2f, -0.1f });
        using var quantized = new DoReFaWeights(1).Quantize(w);

        Assert.Equal([-1, 1, -1], quantized.data<float>().ToArray());
    }

    [Fact]
    public void None_leaves_the_weights_alone()
    {
        using var w = tensor(new[] { -2f, 0.123f });
        using var same = WeightQuantizer.None.Quantize(w);

        Assert.Equal([-2f, 0.123f], same.data<float>().ToArray());
    }

    private static double[] Draw(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 4 - 2)];
    }
}
