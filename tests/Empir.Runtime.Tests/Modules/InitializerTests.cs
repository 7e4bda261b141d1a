using Empir.Modules;
using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Modules;

public class InitializerTests
{
    [Fact]
    public void Unit_norm_gives_every_filter_and_every_output_length_one()
    {
        using var conv = nn.Conv2d(3, 16, (5, 5), bias: false);
        using var low = LowPrecision(groups: 1);
        using var fullGroups = LowPrecision(groups: 2, WeightQuantizer.None);
        using var linear = nn.Linear(40, 10);
        foreach (var (layer, weight) in new (nn.Module, Tensor)[]
            { (conv, conv.weight!), (low, low.Weight), (fullGroups, fullGroups.Weight), (linear, linear.weight!) })
        {
            Draw(Initializer.UnitNorm, layer);
            Assert.All(Lengths(weight), length => Assert.Equal(1, length, 0.5e-4));
        }
        Assert.All(linear.bias!.data<float>().ToArray(), bias => Assert.Equal(0, bias));
    }

    [Fact]
    public void Unit_norm_draws_grouped_convolutions_as_the_released_code_does()
    {
        using var full = nn.Conv2d(64, 128, (5, 5), groups: 2, bias: false);
        Draw(Initializer.UnitNorm, full);
        var he = Math.Sqrt(2.0 / (25 * 32));
        Truncated(full.weight!, he);

        using var low = LowPrecision(groups: 2);
        Draw(Initializer.UnitNorm, low);
        Truncated(low.Weight, 0.2);

        // A normal law cut at two deviations has 0.8796 of the deviation and nothing beyond the cut.
        static void Truncated(Tensor weight, double deviation)
        {
            Assert.InRange(weight.std().ToDouble(), 0.85 * deviation, 0.91 * deviation);
            Assert.InRange(weight.abs().max().ToDouble(), 1.9 * deviation, 2.0001 * deviation);
        }
    }

    [Fact]
    public void Pytorchs_default_is_uniform_within_one_over_root_fan_in()
    {
        using var linear = nn.Linear(100, 400);
        Draw(Initializer.PyTorch, linear);

        Assert.InRange(linear.weight!.abs().max().ToDouble(), 0.0995, 0.1);
        Assert.InRange(linear.weight!.std().ToDouble(), 0.1 / Math.Sqrt(3) * 0.98, 0.1 / Math.Sqrt(3) * 1.02);
        Assert.InRange(linear.bias!.abs().max().ToDouble(), 0.09, 0.1);
    }

    private static void Draw(Initializer initializer, nn.Module layer)
    {
        using var random = new Generator(5, CPU);
        using var _ = no_grad();
        initializer.Initialize(layer, random);
    }

    private static float[] Lengths(Tensor weight) => weight.flatten(1).square().sum(1).sqrt().data<float>().ToArray();

    private static QuantizedConv2d LowPrecision(int groups, WeightQuantizer? weights = null) => new(
        64, 128, (5, 5), (1, 1), (0, 0), groups, false, weights ?? new DoReFaWeights(2), new DoReFaActivations(4));
}
