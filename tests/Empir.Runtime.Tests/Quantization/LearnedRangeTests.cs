using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

/// <summary>Learned ranges as parameters of their layer.</summary>
public class LearnedRangeTests
{
    [Fact]
    public void Ranges_are_in_the_state_dict_under_their_names_after_weight_and_bias()
    {
        using var lsq = Layer(new LsqWeights(3), new LsqActivations(2));
        using var pact = Layer(new DoReFaWeights(2), new PactActivations(4));

        Assert.Equal(["weight", "bias", "weight_step", "activation_step"], lsq.state_dict().Keys);
        Assert.Equal(["weight", "bias", "activation_clip"], pact.state_dict().Keys);
        Assert.All(lsq.state_dict().Skip(2), entry => Assert.Equal([1], entry.Value.shape));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void The_first_pass_sets_them_from_the_weights_and_the_batch_it_sees(bool training)
    {
        using var layer = Layer(new LsqWeights(3), new LsqActivations(2));
        layer.train(training);
        Assert.Equal([0, 0], Ranges(layer));
        using var first = full(2, 4, 3f);
        using var second = full(2, 4, 30f);
        layer.call(first).Dispose();
        layer.call(second).Dispose();

        Assert.Equal(2 * layer.Weight.abs().mean().ToDouble() / Math.Sqrt(3), Ranges(layer)[0], 0.5e-6);
        Assert.Equal(2 * 3 / Math.Sqrt(3), Ranges(layer)[1], 0.5e-6);
    }

    [Fact]
    public void Ranges_read_from_a_file_are_not_set_again()
    {
        using var layer = Layer(new LsqWeights(3), new LsqActivations(2));
        using (no_grad())
            layer.get_parameter("activation_step")!.fill_(0.25);
        layer.call(ones(2, 4)).Dispose();

        Assert.Equal(0.25, Ranges(layer)[1]);
    }

    [Fact]
    public void A_step_of_the_optimiser_changes_weights_and_ranges()
    {
        using var layer = Layer(new LsqWeights(3), new LsqActivations(2));
        using var x = rand(8, 4);
        layer.call(x).Dispose();
        var (weights, ranges) = (layer.Weight.data<float>().ToArray(), Ranges(layer));
        using var optimizer = optim.SGD(layer.parameters(), 0.1);
        using var loss = layer.call(x).square().sum();
        loss.backward();
        optimizer.step();

        Assert.NotEqual(weights, layer.Weight.data<float>().ToArray());
        Assert.All(Ranges(layer).Zip(ranges), pair => Assert.NotEqual(pair.Second, pair.First));
    }

    [Fact]
    public void A_frozen_layer_gives_ranges_no_gradient()
    {
        using var net = new Nested(1, new LsqWeights(3), new PactActivations(3));
        using var x = rand(2, 1, 28, 28).requires_grad_();
        using var frozen = net.Freeze();
        using var loss = net.call(x).square().sum();
        loss.backward();

        Assert.NotEqual(0, x.grad!.abs().sum().ToDouble());
        Assert.All(net.parameters(), parameter => Assert.Null(parameter.grad));
    }

    private static double[] Ranges(QuantizedLayer layer) =>
        [layer.get_parameter("weight_step")!.ToDouble(), layer.get_parameter("activation_step")!.ToDouble()];

    private static QuantizedLinear Layer(WeightQuantizer weights, ActivationQuantizer activations)
    {
        var layer = new QuantizedLinear(4, 3, true, weights, activations);
        using var _ = no_grad();
        layer.Weight.copy_(randn(3, 4));
        return layer;
    }
}
