using Empir.Modules;
using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Modules;

/// <summary>Whatever form a convolution takes, values and gradients are libtorch's own.</summary>
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
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_and_gradients_are_libtorchs(int[] image, int[] filter, int stride, int padding, int dilation, int groups)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(7, CPU);
        var layer = new FullConv2d(
            filter[1] * groups, filter[0], (filter[2], filter[3]), (stride, stride), (padding, padding), groups, bias: true, (dilation, dilation));
        using (no_grad())
            Initializer.PyTorch.Initialize(layer, random);
        var input = rand([.. image], generator: random);

        Tensor[] Evaluate(Func<Tensor, Tensor> layers)
        {
            var x = input.detach().requires_grad_(true);
            var y = layers(x);
            // Each output counts differently, so that a misplaced gradient shows.
            var weights = linspace(-1, 1, y.numel()).view(y.shape);
            return [y, .. autograd.grad([(y * weights).sum()], [x, layer.Weight, layer.Bias!])];
        }

        Tensor Libtorchs(Tensor x) => nn.functional.conv2d(
            x, layer.Weight, layer.Bias, [stride, stride], [padding, padding], [dilation, dilation], groups);

        foreach (var (expected, actual) in Evaluate(Libtorchs).Zip(Evaluate(layer.call)))
        {
            Assert.Equal(expected.shape, actual.shape);
            Assert.True(expected.allclose(actual, rtol: 1e-4, atol: 1e-4));
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
