using Empir.Modules;
using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Modules;

/// <summary>Whatever form a convolution takes, values and gradients are those of double precision.</summary>
public sealed class ConvolutionTests
{
    public static TheoryData<int[], int[], int, int, int, int> Shapes => new()
    {
        { [3, 1, 28, 28], [6, 1, 8, 8], 2, 3, 1, 1 },
        { [3, 1, 27, 30], [6, 1, 4, 6], 2, 1, 1, 1 },
        { [2, 3, 31, 30], [5, 3, 12, 12], 4, 1, 1, 1 },
        { [2, 3, 32, 32], [4, 3, 7, 7], 2, 3, 1, 1 },
        { [2, 3, 9, 9], [4, 3, 2, 2], 2, 0, 2, 1 },
        { [2, 4, 9, 9], [6, 2, 2, 2], 2, 0, 1, 2 },
        { [3, 8, 5, 6], [7, 8, 5, 6], 1, 0, 1, 1 },
        { [3, 8, 5, 5], [7, 8, 5, 5], 2, 1, 1, 1 },
        { [2, 1, 9, 9], [4, 1, 3, 3], 1, 1, 1, 1 },
        { [2, 6, 9, 7], [4, 6, 3, 3], 1, 1, 1, 1 },
        { [4, 3, 32, 32], [10, 3, 3, 3], 1, 1, 1, 1 },
        { [4, 24, 16, 16], [40, 24, 3, 3], 1, 1, 1, 1 },
        { [4, 12, 16, 16], [32, 12, 3, 3], 2, 1, 1, 1 },
        { [4, 24, 16, 16], [144, 24, 1, 1], 1, 0, 1, 1 },
        { [4, 16, 17, 17], [20, 16, 3, 3], 1, 1, 2, 1 },
        { [4, 24, 16, 16], [24, 1, 3, 3], 1, 1, 1, 24 },
        { [4, 12, 16, 16], [24, 4, 3, 3], 2, 1, 1, 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_and_gradients_are_those_of_double_precision(int[] image, int[] filter, int stride, int padding, int dilation, int groups)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(7, CPU);
        var layer = new FullConv2d(
            filter[1] * groups, filter[0], (filter[2], filter[3]), (stride, stride), (padding, padding), groups, bias: true, (dilation, dilation));
        using (no_grad())
            Initializer.PyTorch.Initialize(layer, random);
        var input = rand([.. image], generator: random);

        Tensor[] Evaluate(Func<Tensor, Tensor> layers, ScalarType type, Tensor weight, Tensor bias)
        {
            var x = input.to(type).detach().requires_grad_(true);
            var y = layers(x);
            // Each output counts differently, so that a misplaced gradient shows.
            var weights = linspace(-1, 1, y.numel(), dtype: type).view(y.shape);
            return [y, .. autograd.grad([(y * weights).sum()], [x, weight, bias])];
        }

        var (doubleWeight, doubleBias) = (layer.Weight.to(float64).detach().requires_grad_(true), layer.Bias!.to(float64).detach().requires_grad_(true));
        var expected = Evaluate(
            x => nn.functional.conv2d(x, doubleWeight, doubleBias, [stride, stride], [padding, padding], [dilation, dilation], groups), float64, doubleWeight, doubleBias);
        foreach (var (exact, actual) in expected.Zip(Evaluate(layer.call, float32, layer.Weight, layer.Bias!)))
        {
            Assert.Equal(exact.shape, actual.shape);
            Assert.True(exact.allclose(actual.to(float64), rtol: 1e-3, atol: 1e-3));
        }
    }

    [Fact]
    public void Nothing_but_the_result_is_left()
    {
        using var layer = new FullConv2d(1, 6, (8, 8), stride: (2, 2), padding: (3, 3), groups: 1, bias: false);
        using var quantized = new QuantizedConv2d(
            6, 4, (3, 3), (1, 1), (1, 1), 1, bias: false, new DoReFaWeights(2), new DoReFaActivations(4));
        using var input = rand(2, 1, 28, 28);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using var output = layer.call(input);
        using var deeper = quantized.call(output);

        Assert.Equal(before + 2, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
