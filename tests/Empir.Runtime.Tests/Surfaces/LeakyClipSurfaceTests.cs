using Empir.Quantization;
using Empir.Surfaces;
using Empir.Tests.Attacks;
using static TorchSharp.torch;

namespace Empir.Tests.Surfaces;

public class LeakyClipSurfaceTests
{
    // Each with values inside its clip, and values beyond it.
    private static readonly Dictionary<string, (ActivationQuantizer Quantizer, float[] Inside, float[] Outside)> All = new()
    {
        ["dorefa"] = (new DoReFaActivations(4), [0, 0.3f, 1], [-2, 1.2f, 5]),
        ["pact"] = (new PactActivations(4), [0, 3, 9], [-2, 10, 15]),
        ["lsq"] = (new LsqActivations(1), [0.1f, 0.2f, 0.3f], [-2, 10, 12]),
        ["binary"] = (new BinaryActivations(), [-1, 0.3f, 1], [-2, 1.2f, 5]),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void What_a_clip_cuts_off_passes_a_share_and_the_values_stay(string name)
    {
        var (quantizer, inside, outside) = All[name];
        using var x = tensor([.. inside, .. outside], requires_grad: true);
        var (exact, slopes) = Run();
        using (ClipGradient.Leaky(0.25))
        {
            var (values, leaky) = Run();
            Assert.Equal(exact, values);
            Assert.Equal([1, 1, 1, 0.25f, 0.25f, 0.25f], leaky);
        }
        Assert.Equal([1, 1, 1, 0, 0, 0], slopes);
        Assert.Equal(slopes, Run().Slopes);

        (float[] Values, float[] Slopes) Run()
        {
            using var y = quantizer.Quantize(x);
            using var sum = y.sum();
            using var gradient = autograd.grad([sum], [x])[0];
            return (y.data<float>().ToArray(), gradient.data<float>().ToArray());
        }
    }

    [Fact]
    public void A_saturated_network_answers_the_same_and_gets_a_gradient()
    {
        // Inputs of 3, far beyond the clip to [0, 1] of the first layer's input.
        using var net = new SmallConvNet(1, 2, 4);
        var plain = new ClassifierSurface(net, "net");
        var leaky = new LeakyClipSurface(plain, 0.1);
        using var frozen = leaky.Freeze();
        using var x = (AttackPropertyTests.Images(2, 3) + 3).requires_grad_();
        var (scores, none) = Run(plain);
        var (same, some) = Run(leaky);

        Assert.Equal(scores, same);
        Assert.Equal(0, none);
        Assert.True(some > 0);
        Assert.Equal(0, Run(plain).Slope);

        (float[] Scores, double Slope) Run(Surface surface)
        {
            using var value = surface.Evaluate(x);
            using var loss = value.Scores.square().sum();
            using var gradient = autograd.grad([loss], [x])[0];
            return (value.Scores.data<float>().ToArray(), gradient.abs().max().ToDouble());
        }
    }

    [Theory, InlineData(0), InlineData(1.5), InlineData(double.NaN)]
    public void A_share_that_is_none_is_refused(double leak)
    {
        using var net = new SmallConvNet(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyClipSurface(new ClassifierSurface(net, "net"), leak));
    }
}
