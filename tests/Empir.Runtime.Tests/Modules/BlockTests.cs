using Empir.Modules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Modules;

/// <summary>What a classifier does with its layers, it does with those of its blocks.</summary>
public class BlockTests
{
    [Fact]
    public void Names_are_pytorchs()
    {
        using var net = new Nested();
        var block = (int i) => new[] { "conv1.weight", "norm1.weight", "norm1.bias", "norm1.running_mean", "norm1.running_var", "norm1.num_batches_tracked", "shortcut.conv.weight" }
            .Select(name => $"layer1.{i}.{name}");

        Assert.Equal(
            block(0).Concat(block(1)).Concat(["stem.weight", "position.bias", "logits.weight", "logits.bias"]).Order(),
            net.state_dict().Keys.Order());
    }

    [Fact]
    public void Weights_are_drawn_in_the_order_of_registration_through_all_blocks()
    {
        using var net = new Nested(seed: 3);
        using var random = new Generator(3, CPU);
        foreach (var (name, fanIn) in new[]
            {
                ("stem.weight", 16), ("layer1.0.conv1.weight", 36), ("layer1.0.shortcut.conv.weight", 4),
                ("layer1.1.conv1.weight", 36), ("layer1.1.shortcut.conv.weight", 4), ("logits.weight", 4), ("logits.bias", 4),
            })
        {
            var weight = net.get_parameter(name)!;
            using var expected = empty_like(weight).uniform_(-1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn), random);
            Assert.Equal(expected.data<float>().ToArray(), weight.data<float>().ToArray());
        }
    }

    [Fact]
    public void Norms_and_position_biases_start_as_pytorchs_ones_and_zeros()
    {
        using var net = new Nested(seed: 3);

        Assert.All(net.get_parameter("layer1.1.norm1.weight")!.data<float>().ToArray(), value => Assert.Equal(1, value));
        Assert.All(net.get_parameter("layer1.1.norm1.bias")!.data<float>().ToArray(), value => Assert.Equal(0, value));
        Assert.All(net.get_parameter("position.bias")!.data<float>().ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Freezing_reaches_nested_weights_gradients_and_modes()
    {
        using var net = new Nested();
        var latent = net.get_parameter("layer1.1.conv1.weight")!;
        var norms = net.modules().OfType<BatchNorm2d>().ToArray();
        using var x = rand(2, 1, 28, 28);
        net.train();
        Assert.Equal([true, true], norms.Select(norm => norm.training));
        using (net.Freeze())
        {
            Assert.Equal([false, false], norms.Select(norm => norm.training));
            Assert.All(net.parameters(), parameter => Assert.False(parameter.requires_grad));
            using var before = net.call(x);
            using (no_grad())
                latent.neg_();
            using var after = net.call(x);
            Assert.Equal(before.data<float>().ToArray(), after.data<float>().ToArray());
        }
        Assert.Equal([true, true], norms.Select(norm => norm.training));
        Assert.All(net.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void A_move_reaches_every_layer_and_the_network_still_runs()
    {
        using var net = new Nested();
        net.to(ScalarType.Float64);
        using var x = rand([2, 1, 28, 28], ScalarType.Float64);
        using var y = net.call(x);

        Assert.All(net.parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
        Assert.Equal(ScalarType.Float64, y.dtype);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Forward_leaves_nothing_but_its_result(bool training)
    {
        using var net = new Nested();
        net.train(training);
        using var x = rand(2, 1, 28, 28);
        net.call(x).Dispose();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var y = net.call(x);

        Assert.Equal(live + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Disposing_the_classifier_frees_every_tensor()
    {
        new Nested().Dispose();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var net = new Nested())
        using (var x = rand(2, 1, 28, 28))
            net.call(x).Dispose();

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_position_bias_is_its_own_value_at_every_position()
    {
        using var layer = new PositionBias(2, 1, 2);
        using (no_grad())
            layer.Bias.copy_(tensor(new float[,,] { { { 1, 2 } }, { { 3, 4 } } }));
        using var x = full(1, 2, 1, 2, 10f);
        using var y = layer.call(x);
        using var sum = y.sum();
        sum.backward();

        Assert.Equal([11f, 12, 13, 14], y.data<float>().ToArray());
        Assert.Equal([1f, 1, 1, 1], layer.Bias.grad!.data<float>().ToArray());
        layer.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, layer.Bias.dtype);
    }
}
