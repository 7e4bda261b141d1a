using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

public class LsqTests
{
    private static readonly double[] Points = [-3, -2, -0.9, -0.25, 0, 0.25, 0.7, 1.5, 9];

    // With three signed bits and a step of 1/2 the ratios are -6, -4, -1.8, -0.5, 0, 0.5, 1.4, 3, 18, and the clip is -4 to 3.
    [Fact]
    public void Signed_levels_are_twos_complement_times_the_step()
    {
        using var weights = new LsqWeights(3).Quantize(tensor(Points), Step(0.5));
        using var activations = new LsqActivations(3, Signed: true).Quantize(tensor(Points), Step(0.5));

        Assert.Equal([-2, -2, -1, 0, 0, 0, 0.5, 1.5, 1.5], weights.data<double>().ToArray());
        Assert.Equal(weights.data<double>().ToArray(), activations.data<double>().ToArray());
    }

    [Fact]
    public void Unsigned_levels_start_at_zero()
    {
        using var y = new LsqActivations(2).Quantize(tensor(Points), Step(0.5));
        using var one = new LsqActivations(1).Quantize(tensor(Points), Step(0.5));

        Assert.Equal([0, 0, 0, 0, 0, 0, 0.5, 1.5, 1.5], y.data<double>().ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5], one.data<double>().ToArray());
    }

    [Fact]
    public void Gradients_are_equations_3_and_5()
    {
        using var w = tensor(Points, requires_grad: true);
        using var step = Step(0.5).requires_grad_();
        using var upstream = arange(1, 10, ScalarType.Float64);
        using var loss = (new LsqWeights(3).Quantize(w, step) * upstream).sum();
        loss.backward();

        double[] slopes = [-4, -4, -2 + 1.8, 0 + 0.5, 0, 0 - 0.5, 1 - 1.4, 3, 3];
        var expected = slopes.Select((slope, i) => slope * (i + 1)).Sum() / Math.Sqrt(9 * 3);
        Assert.Equal([0, 0, 3, 4, 5, 6, 7, 0, 0], w.grad!.data<double>().ToArray());
        Assert.Equal(expected, step.grad!.ToDouble(), 0.5e-12);
    }

    [Fact]
    public void The_scale_of_the_steps_gradient_counts_weights_or_an_images_features()
    {
        // All values are beyond the clip, so each pulls with Q_P.
        using var values = full([2, 5], 100.0);
        Assert.Equal(10 * 3 / Math.Sqrt(10 * 3), Pull(new LsqWeights(3)), 0.5e-12);
        Assert.Equal(10 * 7 / Math.Sqrt(5 * 7), Pull(new LsqActivations(3)), 0.5e-12);

        double Pull(ILearnedRange quantizer)
        {
            using var step = Step(0.5).requires_grad_();
            using var sum = quantizer.Quantize(values, step).sum();
            sum.backward();
            return step.grad!.ToDouble();
        }
    }

    [Fact]
    public void Beyond_the_clip_the_gradient_is_the_slope_of_the_function_times_its_scale()
    {
        using var step = Step(0.5).requires_grad_();
        Loss(step).backward();

        const double Width = 1e-6;
        var slope = (Loss(Step(0.5 + Width)).ToDouble() - Loss(Step(0.5 - Width)).ToDouble()) / (2 * Width);
        Assert.Equal(slope / Math.Sqrt(3 * 7), step.grad!.ToDouble(), 0.5e-6);

        static Tensor Loss(Tensor step) => new LsqWeights(4).Quantize(tensor(new[] { 5.0, 9, -7 }), step).square().sum();
    }

    [Fact]
    public void The_step_starts_from_the_mean_magnitude()
    {
        using var values = tensor(new double[,] { { 1, -2 }, { 3, 6 } });
        Assert.Equal(2 * 3 / Math.Sqrt(7), Initial(new LsqWeights(4)), 0.5e-12);
        Assert.Equal(2 * 3 / Math.Sqrt(15), Initial(new LsqActivations(4)), 0.5e-12);
        Assert.Equal(2 * 3 / Math.Sqrt(7), Initial(new LsqActivations(4, Signed: true)), 0.5e-12);

        double Initial(ILearnedRange quantizer)
        {
            using var step = quantizer.InitialRange(values);
            return step.ToDouble();
        }
    }

    // Training may drive a step across zero; it must find its way back.
    [Fact]
    public void A_step_counts_by_its_size_and_pulls_with_its_sign()
    {
        foreach (var quantizer in new ILearnedRange[] { new LsqActivations(2), new LsqActivations(3, Signed: true), new LsqWeights(3) })
        {
            var ((above, pull), (below, push)) = (At(0.5), At(-0.5));
            Assert.Equal(above, below);
            Assert.NotEqual(0, pull);
            Assert.Equal(pull, -push);

            (double[] Values, double Gradient) At(double size)
            {
                using var scope = NewDisposeScope();
                var step = Step(size).requires_grad_();
                var values = quantizer.Quantize(tensor(Points), step);
                values.sum().backward();
                return (values.data<double>().ToArray(), step.grad!.ToDouble());
            }
        }
    }

    [Theory, InlineData(0.0), InlineData(1e-300)]
    public void However_small_a_step_is_values_and_gradients_are_numbers(double size)
    {
        using var x = tensor(Points, requires_grad: true);
        using var step = Step(size).requires_grad_();
        using var y = new LsqActivations(2).Quantize(x, step);
        using var sum = y.sum();
        sum.backward();

        Assert.All(y.data<double>().ToArray(), value => Assert.InRange(value, 0, 1e-6));
        Assert.True(double.IsFinite(step.grad!.ToDouble()));
        Assert.True(x.grad!.isfinite().all().ToBoolean());
    }

    [Fact]
    public void Nothing_but_zeros_gives_zeros()
    {
        using var y = new LsqActivations(4).Quantize(zeros(2, 3));
        Assert.All(y.data<float>().ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Widths_without_a_positive_level_are_refused()
    {
        foreach (var bits in new[] { 0, 1, 17, 32 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new LsqWeights(bits));
            Assert.Throws<ArgumentOutOfRangeException>(() => new LsqActivations(bits, Signed: true));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new LsqActivations(0));
        Assert.Equal(1, new LsqActivations(1).Bits);
    }

    private static Tensor Step(double value) => tensor(new[] { value });
}
