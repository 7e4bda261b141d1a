using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Modules;

public class ClassifierTests
{
    [Theory, InlineData(2, 4), InlineData(32, 32)]
    public void Frozen_gives_the_same_logits(int weights, int activations)
    {
        using var net = new SmallConvNet(7, weights, activations);
        using var x = rand(3, 1, 28, 28);
        using var live = net.call(x);
        using var frozen = net.Freeze();
        using var still = net.call(x);

        Assert.Equal(live.data<float>().ToArray(), still.data<float>().ToArray());
    }

    [Fact]
    public void Freezing_quantises_once_and_thawing_brings_the_live_weights_back()
    {
        using var net = new SmallConvNet(7, 2, 4);
        using var x = rand(3, 1, 28, 28);
        using var before = net.call(x);
        using (net.Freeze())
        {
            using (no_grad())
                foreach (var parameter in net.parameters().Take(3))
                    parameter.neg_();
            using var during = net.call(x);
            Assert.True(during.allclose(before));
        }
        using var after = net.call(x);
        Assert.False(after.allclose(before));
    }

    [Fact]
    public void A_freeze_inside_a_freeze_ends_with_the_outer_one()
    {
        using var net = new SmallConvNet(7, 2, 4);
        net.train();
        using (net.Freeze())
        {
            net.Freeze().Dispose();
            Assert.False(net.training);
            Assert.All(net.parameters(), parameter => Assert.False(parameter.requires_grad));
        }
        Assert.True(net.training);
        Assert.All(net.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void The_last_of_two_freezes_thaws_in_whatever_order_they_end()
    {
        using var net = new SmallConvNet(7, 2, 4);
        var (first, second) = (net.Freeze(), net.Freeze());
        first.Dispose();
        first.Dispose();
        Assert.All(net.parameters(), parameter => Assert.False(parameter.requires_grad));
        second.Dispose();
        Assert.All(net.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void Same_seed_same_weights_and_another_seed_others()
    {
        using SmallConvNet a = new(1), b = new(1), c = new(2);

        Assert.Equal(Weights(a), Weights(b));
        Assert.NotEqual(Weights(a), Weights(c));

        static float[] Weights(Classifier net) => [.. net.parameters().SelectMany(p => p.data<float>().ToArray())];
    }

    [Fact]
    public void Forward_leaves_nothing_but_its_result()
    {
        using var net = new SmallConvNet(7, 2, 4);
        using var x = rand(3, 1, 28, 28);
        net.call(x).Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var y = net.call(x);

        Assert.Equal(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
