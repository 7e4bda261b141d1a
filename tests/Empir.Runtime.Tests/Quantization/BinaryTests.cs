using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

public class BinaryTests
{
    [Fact]
    public void Weights_are_signs_times_the_mean_magnitude_of_their_filter()
    {
        using var w = tensor(new double[,] { { 1, -3 }, { 0, 0.5 } }, requires_grad: true);
        using var quantized = new BinaryWeights().Quantize(w);
        using var upstream = arange(1, 5, ScalarType.Float64).view(2, 2);
        using var loss = (quantized * upstream).sum();
        loss.backward();

        Assert.Equal([2, -2, 0.25, 0.25], quantized.data<double>().ToArray());
        // 1/n is 1/2; the scale joins where the weight is within ±1.
        Assert.Equal([1 * 2.5, 2 * 0.5, 3 * 0.75, 4 * 0.75], w.grad!.data<double>().ToArray());
    }

    [Fact]
    public void A_filter_is_all_that_makes_one_output()
    {
        using var w = randn([3, 2, 2, 2], ScalarType.Float64);
        using var quantized = new BinaryWeights().Quantize(w);
        using var expected = w.sign() * w.abs().mean([1, 2, 3], keepdim: true);

        Assert.True(quantized.allclose(expected));
    }

    [Fact]
    public void Activations_are_signs_with_a_gradient_within_one()
    {
        using var x = tensor(new[] { -2, -1, -0.5, 0, 0.5, 1, 2 }, requires_grad: true);
        using var quantized = new BinaryActivations().Quantize(x);
        using var upstream = arange(1, 8, ScalarType.Float64);
        using var loss = (quantized * upstream).sum();
        loss.backward();

        Assert.Equal([-1, -1, -1, 1, 1, 1, 1], quantized.data<double>().ToArray());
        Assert.Equal([0, 2, 3, 4, 5, 6, 0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Dorefas_own_dialect_scales_one_bit_by_the_layers_mean()
    {
        using var w = tensor(new double[,] { { 1, -3 }, { 0, 0.5 } }, requires_grad: true);
        using var quantized = new DoReFaWeights(1, DoReFaDialect.DoReFa).Quantize(w);
        using var upstream = arange(1, 5, ScalarType.Float64).view(2, 2);
        using var loss = (quantized * upstream).sum();
        loss.backward();

        Assert.Equal([1.125, -1.125, 1.125, 1.125], quantized.data<double>().ToArray());
        Assert.Equal([1, 2, 3, 4], w.grad!.data<double>().ToArray());
    }

    [Fact]
    public void From_two_bits_on_the_dialects_agree()
    {
        using var w = randn(3, 4);
        using var empir = new DoReFaWeights(2).Quantize(w);
        using var dorefa = new DoReFaWeights(2, DoReFaDialect.DoReFa).Quantize(w);

        Assert.Equal(empir.data<float>().ToArray(), dorefa.data<float>().ToArray());
    }
}
