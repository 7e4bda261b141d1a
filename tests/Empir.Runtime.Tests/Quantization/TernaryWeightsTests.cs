using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

public class TernaryWeightsTests
{
    // The mean magnitude is 0.7, the threshold 0.49; 1, 0.5 and 2 lie above it.
    private static readonly double[,] Weights = { { 1, -0.2, 0.5 }, { -2, 0.1, 0.4 } };

    [Fact]
    public void Weights_above_the_threshold_become_the_mean_of_their_magnitudes()
    {
        using var quantized = new TernaryWeights().Quantize(tensor(Weights));

        const double Scale = 3.5 / 3;
        Assert.All(
            quantized.data<double>().Zip([Scale, 0, Scale, -Scale, 0, 0]), pair => Assert.Equal(pair.Second, pair.First, 0.5e-12));
    }

    [Fact]
    public void Every_latent_weight_gets_the_gradient_of_its_quantised_one()
    {
        using var w = tensor(Weights, requires_grad: true);
        using var upstream = arange(1, 7, ScalarType.Float64).view(2, 3);
        using var loss = (new TernaryWeights().Quantize(w) * upstream).sum();
        loss.backward();

        Assert.Equal([1, 2, 3, 4, 5, 6], w.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Nothing_but_zeros_gives_zeros()
    {
        using var quantized = new TernaryWeights().Quantize(zeros(2, 3));
        Assert.All(quantized.data<float>().ToArray(), value => Assert.Equal(0, value));
    }
}
