using Empir.Modules;
using Empir.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests;

/// <summary>The network of shared/golden, written as the generator writes it: 28x28 images, 16-32-32 channels, 10 classes.</summary>
internal sealed class SmallConvNet : Classifier
{
    private readonly nn.Module<Tensor, Tensor> conv1, conv2, conv3;
    private readonly Linear logits;

    public SmallConvNet(long seed = 0, int weights = 32, int activations = 32) : base(Describe(weights, activations))
    {
        conv1 = Register("conv1", Conv(1, 16, 8, 2, 3));
        conv2 = Register("conv2", Conv(16, 32, 6, 2, 0));
        conv3 = Register("conv3", Conv(32, 32, 5, 1, 0));
        logits = Register("logits", nn.Linear(32, 10, hasBias: false));
        Initialize(Initializer.UnitNorm, seed);

        nn.Module<Tensor, Tensor> Conv(int from, int to, int kernel, int stride, int padding) => weights == 32
            ? nn.Conv2d(from, to, (kernel, kernel), stride: (stride, stride), padding: (padding, padding), bias: false)
            : new QuantizedConv2d(from, to, (kernel, kernel), (stride, stride), (padding, padding), 1, false,
                new DoReFaWeights(weights), new DoReFaActivations(activations));
    }

    public nn.Module Conv2 => conv2;

    public override Tensor forward(Tensor input) => conv1.call(input)
        .Then(Operations.Relu).Then(conv2.call).Then(Operations.Relu).Then(conv3.call).Then(Operations.Relu)
        .Then(Operations.Flatten).Then(logits.call);

    private static ClassifierCard Describe(int weights, int activations)
    {
        return new(
            "SmallConv", weights == 32 ? "full" : "low", "unit_norm", new(1, 28, 28, 0, 1), 10,
            [
                Conv("conv1", [16, 14, 14], 16 * 64),
                Conv("conv2", [32, 5, 5], 32 * 16 * 36),
                Conv("conv3", [32, 1, 1], 32 * 32 * 25),
                new("logits", "linear", "", [10], 32, 32, 320, 320, 1280),
            ]);

        LayerCard Conv(string name, int[] output, long parameters) => new(
            name, "conv2d", "", output, weights, activations, parameters, parameters * output[1] * output[2], parameters * weights / 8);
    }
}
