using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

/// <summary>What a layer promises whatever its quantisers: each of the weights with one of the activations, and the other way round.</summary>
public class AnyQuantizedLayerTests
{
    public static TheoryData<string, string> Pairs
    {
        get
        {
            var (weights, activations) = (Quantizers.Weights.Keys.ToArray(), Quantizers.Activations.Keys.ToArray());
            var pairs = new TheoryData<string, string>();
            for (var i = 0; i < Math.Max(weights.Length, activations.Length); i++)
                pairs.Add(weights[i % weights.Length], activations[i % activations.Length]);
            return pairs;
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Is_a_dilated_convolution_of_quantised_input_and_weights(string weights, string activations)
    {
        using var layer = Layer(weights, activations);
        layer.eval();
        using var x = randn(2, 4, 9, 8);
        using var y = layer.call(x);

        using var expected = nn.functional.conv2d(
            layer.ActivationQuantizer.Quantize(x), layer.WeightQuantizer.Quantize(layer.Weight), layer.Bias, [1, 2], [0, 1], [2, 3]);
        Assert.Equal([2, 6, 5, 2], y.shape);
        Assert.True(y.allclose(expected, 1e-4, 1e-5));
    }

    // Weights that are not quantised are not copied either.
    public static IEnumerable<object[]> LowBitPairs => Pairs.Where(pair => Quantizers.Weights[(string)pair[0]].Bits < 32);

    [Theory, MemberData(nameof(LowBitPairs))]
    public void Frozen_it_gives_the_same_output_with_the_weights_quantised_once(string weights, string activations)
    {
        using var layer = Layer(weights, activations);
        layer.eval();
        using var x = randn(2, 4, 9, 8);
        var live = Output(layer, x);
        layer.Freeze();
        using (no_grad())
            layer.Weight.neg_();

        Assert.Equal(live, Output(layer, x));
        layer.Unfreeze();
        Assert.NotEqual(live, Output(layer, x));
    }

    [Theory, MemberData(nameof(Pairs))]
    public void A_pass_and_its_gradient_leave_nothing_but_gradients(string weights, string activations)
    {
        using var layer = Layer(weights, activations);
        using var x = randn(2, 4, 9, 8);
        Pass();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Pass();

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Pass()
        {
            using var y = layer.call(x);
            using var loss = y.sum();
            loss.backward();
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Its_state_makes_another_layer_the_same(string weights, string activations)
    {
        using var layer = Layer(weights, activations);
        using var other = Layer(weights, activations);
        layer.eval();
        other.eval();
        using var x = randn(2, 4, 9, 8);
        var output = Output(layer, x);
        other.load_state_dict(layer.state_dict().ToDictionary());

        // Another first batch than the first layer's: a range that was read stays.
        using var different = x * 3;
        Output(other, different);
        Assert.Equal(output, Output(other, x));
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Survives_a_move_to_another_type(string weights, string activations)
    {
        using var layer = Layer(weights, activations);
        layer.to(ScalarType.Float64);
        using var x = randn([2, 4, 9, 8], ScalarType.Float64);
        using var y = layer.call(x);
        using var loss = y.square().sum();
        loss.backward();

        Assert.Equal(ScalarType.Float64, y.dtype);
        Assert.All(layer.parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.grad!.dtype));
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Disposed_it_frees_every_tensor(string weights, string activations)
    {
        using var x = randn(2, 4, 9, 8);
        Use();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Use();

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Use()
        {
            using var layer = Layer(weights, activations);
            layer.call(x).Dispose();
            layer.Freeze();
        }
    }

    private static float[] Output(QuantizedConv2d layer, Tensor x)
    {
        using var y = layer.call(x);
        return y.data<float>().ToArray();
    }

    private static QuantizedConv2d Layer(string weights, string activations)
    {
        var layer = new QuantizedConv2d(
            4, 6, (3, 3), (1, 2), (0, 1), 1, true, Quantizers.Weights[weights], Quantizers.Activations[activations], dilation: (2, 3));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        layer.Weight.copy_(randn_like(layer.Weight));
        layer.Bias!.copy_(randn_like(layer.Bias));
        return layer;
    }
}
