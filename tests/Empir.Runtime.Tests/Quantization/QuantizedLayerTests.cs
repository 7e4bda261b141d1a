using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

public class QuantizedLayerTests
{
    [Theory, InlineData(1), InlineData(2)]
    public void Conv2d_is_a_convolution_of_quantised_input_and_weights(int groups)
    {
        using var layer = Conv(groups, bias: true);
        using var x = rand(2, 4, 7, 6);
        using var y = layer.call(x);

        using var expected = nn.functional.conv2d(
            new DoReFaActivations(3).Quantize(x), new DoReFaWeights(2).Quantize(layer.Weight), layer.Bias, [2, 1], [1, 2], groups: groups);
        Assert.Equal([2, 6, 4, 8], y.shape);
        Assert.True(y.allclose(expected, atol: 1e-6));
    }

    [Fact]
    public void Linear_adds_its_bias_in_full_precision()
    {
        using var layer = new QuantizedLinear(5, 3, true, new DoReFaWeights(2), ActivationQuantizer.None);
        using (no_grad())
        {
            layer.Weight.copy_(randn(3, 5));
            layer.Bias!.copy_(tensor(new[] { 0.123f, -7, 3 }));
        }
        using var x = randn(4, 5);
        using var y = layer.call(x);

        using var expected = x.matmul(layer.QuantizedWeight().t()) + tensor(new[] { 0.123f, -7, 3 });
        Assert.True(y.allclose(expected));
    }

    [Fact]
    public void State_dict_holds_the_latent_weight_and_bias_under_pytorchs_names()
    {
        using var layer = Conv(1, bias: true);

        Assert.Equal(["bias", "weight"], layer.state_dict().Keys.Order());
        Assert.Equal([6, 4, 3, 3], layer.state_dict()["weight"].shape);
    }

    [Fact]
    public void Survives_a_move_to_another_type()
    {
        using var layer = Conv(1, bias: true);
        layer.to(ScalarType.Float64);
        using var y = layer.call(rand([1, 4, 5, 5], ScalarType.Float64));

        Assert.Equal(ScalarType.Float64, y.dtype);
        Assert.Equal(ScalarType.Float64, layer.Weight.dtype);
    }

    private static QuantizedConv2d Conv(int groups, bool bias)
    {
        var layer = new QuantizedConv2d(4, 6, (3, 3), (2, 1), (1, 2), groups, bias, new DoReFaWeights(2), new DoReFaActivations(3));
        using var _ = no_grad();
        layer.Weight.copy_(randn_like(layer.Weight));
        layer.Bias?.copy_(randn_like(layer.Bias));
        return layer;
    }
}
