using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Modules;

public class ActivationTests
{
    private static readonly double[] Points = [-7, -2.5, -1, -0.3, 0, 0.3, 1, 2.5, 7];

    [Fact]
    public void Relu6_caps_at_six() => Equals(Operations.Relu6, v => Math.Clamp(v, 0, 6));

    [Fact]
    public void Leaky_relu_scales_the_negative_side() => Equals(x => Operations.LeakyRelu(x, 0.2), v => v < 0 ? 0.2 * v : v);

    [Fact]
    public void Gelu_is_x_times_the_normal_distribution_function() => Equals(Operations.Gelu, v => v * Normal(v));

    [Fact]
    public void Gelu_tanh_is_its_formula() =>
        Equals(Operations.GeluTanh, v => v / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))));

    [Fact]
    public void Silu_is_x_times_its_sigmoid() => Equals(Operations.Silu, v => v / (1 + Math.Exp(-v)));

    [Fact]
    public void Hardtanh_clips_at_its_bounds_where_its_gradient_ends()
    {
        Equals(x => Operations.Hardtanh(x, -1, 2.5), v => Math.Clamp(v, -1, 2.5));

        using var x = tensor(Points, requires_grad: true);
        using var sum = Operations.Hardtanh(x, -1, 2.5).sum();
        sum.backward();
        Assert.Equal([0, 0, 0, 1, 1, 1, 1, 0, 0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Shift_adds_a_number() => Equals(x => Operations.Shift(x, -0.25), v => v - 0.25);

    private static void Equals(Func<Tensor, Tensor> operation, Func<double, double> formula)
    {
        using var x = tensor(Points);
        using var y = operation(x);
        Assert.All(y.data<double>().Zip(Points.Select(formula)), pair => Assert.Equal(pair.Second, pair.First, 0.5e-9));
    }

    // The density integrated by Simpson's rule from far enough below.
    private static double Normal(double x)
    {
        const int Steps = 20_000;
        var width = (x + 12) / Steps;
        return Enumerable.Range(0, Steps + 1).Sum(i => (i is 0 or Steps ? 1 : 2 + 2 * (i % 2)) * Density(-12 + i * width)) * width / 3;

        static double Density(double v) => Math.Exp(-v * v / 2) / Math.Sqrt(2 * Math.PI);
    }
}
