using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

[Collection(GlobalGenerator.Name)]
public class StochasticRoundingTests
{
    private static readonly DoReFaActivations Activations = new(2, Rounding.Stochastic);

    [Fact]
    public void Rounds_to_a_neighbour_and_is_right_on_average()
    {
        manual_seed(1);
        using var x = full(100_000, 0.3);
        using var y = Activations.QuantizeInTraining(x.to(ScalarType.Float64));

        Assert.Equal([0, 1.0 / 3], y.data<double>().ToArray().Distinct().Order());
        // Five deviations of the mean: (1/3)·sqrt(0.9·0.1 / 100,000) each.
        Assert.InRange(y.mean().ToDouble(), 0.295, 0.305);
    }

    [Fact]
    public void A_level_stays_where_it_is_and_nothing_exceeds_the_last()
    {
        manual_seed(1);
        using var levels = tensor(new[] { 0, 1.0 / 3, 2.0 / 3, 1 });
        using var y = Activations.QuantizeInTraining(levels);
        // With 16 bits one draw in 500 rounds the sum in float32 up to the next whole number.
        using var top = new DoReFaActivations(16, Rounding.Stochastic).QuantizeInTraining(ones(10_000));

        Assert.Equal(levels.data<double>().ToArray(), y.data<double>().ToArray());
        Assert.Equal(1, top.max().ToDouble());
    }

    [Fact]
    public void The_gradient_is_that_of_rounding_to_the_nearest()
    {
        using var x = tensor(new[] { -0.5, 0.2, 0.7, 2 }, requires_grad: true);
        using var sum = Activations.QuantizeInTraining(x).sum();
        sum.backward();

        Assert.Equal([0, 1, 1, 0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Every_training_pass_draws_anew_from_the_global_generator()
    {
        using var layer = Layer();
        layer.train();
        using var x = rand(4, 20);
        var (first, second) = (Output(layer, x, seed: 1), Output(layer, x));
        Assert.NotEqual(first, second);
        Assert.Equal(first, Output(layer, x, seed: 1));
    }

    [Fact]
    public void Evaluation_and_frozen_layers_round_to_the_nearest()
    {
        using var layer = Layer();
        using var plain = new QuantizedLinear(20, 3, false, new DoReFaWeights(2), new DoReFaActivations(2));
        using (no_grad())
            plain.Weight.copy_(layer.Weight);
        using var x = rand(4, 20);
        var expected = Output(plain, x);

        layer.eval();
        Assert.Equal(expected, Output(layer, x));
        layer.Freeze();
        layer.train();
        Assert.Equal(expected, Output(layer, x));
    }

    private static QuantizedLinear Layer()
    {
        var layer = new QuantizedLinear(20, 3, false, new DoReFaWeights(2, Rounding: Rounding.Stochastic), Activations);
        using var _ = no_grad();
        layer.Weight.copy_(randn(3, 20));
        return layer;
    }

    private static float[] Output(QuantizedLinear layer, Tensor x, long? seed = null)
    {
        if (seed is { } value)
            manual_seed(value);
        using var y = layer.call(x);
        return y.data<float>().ToArray();
    }
}
