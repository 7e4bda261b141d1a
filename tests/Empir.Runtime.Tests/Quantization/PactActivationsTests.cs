using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

public class PactActivationsTests
{
    private static readonly double[] Points = [-1, 0, 0.4, 0.6, 1.4, 1.6, 2.9, 3, 10];

    [Fact]
    public void Levels_divide_the_clip_evenly()
    {
        using var y = new PactActivations(2).Quantize(tensor(Points), Clip(3));
        using var finer = new PactActivations(3).Quantize(tensor(new[] { 0.2, 0.4, 1.3 }), Clip(1.4));

        Assert.Equal([0, 0, 0, 1, 1, 2, 3, 3, 3], y.data<double>().ToArray());
        Assert.All(finer.data<double>().Zip([0.2, 0.4, 1.2 + 0.2]), pair => Assert.Equal(pair.Second, pair.First, 0.5e-12));
    }

    [Fact]
    public void Gradients_are_the_papers()
    {
        using var x = tensor(Points, requires_grad: true);
        using var clip = Clip(3).requires_grad_();
        using var upstream = arange(1, 10, ScalarType.Float64);
        using var loss = (new PactActivations(2).Quantize(x, clip) * upstream).sum();
        loss.backward();

        Assert.Equal([0, 2, 3, 4, 5, 6, 7, 0, 0], x.grad!.data<double>().ToArray());
        Assert.Equal([8 + 9], clip.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Beyond_the_clip_the_gradient_is_the_slope_of_the_function()
    {
        using var clip = Clip(3).requires_grad_();
        Loss(clip).backward();

        const double Step = 1e-6;
        var slope = (Loss(Clip(3 + Step)).ToDouble() - Loss(Clip(3 - Step)).ToDouble()) / (2 * Step);
        Assert.Equal(slope, clip.grad!.ToDouble(), 0.5e-6);

        static Tensor Loss(Tensor clip) => new PactActivations(4).Quantize(tensor(new[] { 3.5, 4, 7 }), clip).square().sum();
    }

    [Fact]
    public void The_clip_starts_at_ten()
    {
        using var clip = new PactActivations(4).InitialRange(tensor(new[] { 1f, 2 }));
        Assert.Equal([10f], clip.data<float>().ToArray());
    }

    [Fact]
    public void A_clip_below_zero_can_come_back()
    {
        using var clip = Clip(-0.5).requires_grad_();
        using var y = new PactActivations(4).Quantize(tensor(new[] { -1.0, 0, 2 }), clip);
        using var sum = y.sum();
        sum.backward();

        Assert.All(y.data<double>().ToArray(), value => Assert.Equal(-0.5, value));
        Assert.Equal(2, clip.grad!.ToDouble());
    }

    [Theory, InlineData(0), InlineData(17), InlineData(32)]
    public void Other_widths_are_refused(int bits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PactActivations(bits));

    private static Tensor Clip(double value) => tensor(new[] { value });
}
