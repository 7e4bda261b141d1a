using Empir.Modules;
using Empir.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests;

/// <summary>A network of nested blocks, written as the generator writes it: a stem, two residual blocks, a classifier.</summary>
internal sealed class Nested : Classifier
{
    private readonly FullConv2d stem;
    private readonly PositionBias bias;
    private readonly ModuleList<Residual> layer1;
    private readonly Linear logits;

    public Nested(long seed = 0, WeightQuantizer? weights = null, ActivationQuantizer? activations = null)
        : base(new("Nested", "low", "pytorch", new(1, 28, 28, 0, 1), 10, []))
    {
        stem = Register("stem", new FullConv2d(1, 4, (4, 4), (4, 4), (0, 0), 1, bias: false));
        bias = Register("position", new PositionBias(4, 7, 7));
        layer1 = Register("layer1", nn.ModuleList(New(), New()));
        logits = Register("logits", nn.Linear(4, 10));
        Initialize(Initializer.PyTorch, seed);

        Residual New() => new(weights ?? new DoReFaWeights(2), activations ?? new DoReFaActivations(4));
    }

    public override Tensor forward(Tensor input) => stem.call(input)
        .Then(bias.call).Then(layer1[0].call).Then(layer1[1].call).Then(Operations.GlobalAvgPool2d).Then(logits.call);

    /// <summary>conv, norm, ReLU beside a convolution of the input.</summary>
    internal sealed class Residual : Block
    {
        private readonly QuantizedConv2d conv1;
        private readonly BatchNorm2d norm1;
        private readonly Shortcut shortcut;

        public Residual(WeightQuantizer weights, ActivationQuantizer activations) : base(nameof(Residual))
        {
            conv1 = Register("conv1", new QuantizedConv2d(4, 4, (3, 3), (1, 1), (1, 1), 1, false, weights, activations));
            norm1 = Register("norm1", nn.BatchNorm2d(4));
            shortcut = Register("shortcut", new Shortcut());
        }

        public override Tensor forward(Tensor input) => Operations.Residual(
            input, x => conv1.call(x).Then(norm1.call).Then(Operations.Relu), shortcut.call);
    }

    /// <summary>A block in a block.</summary>
    internal sealed class Shortcut : Block
    {
        private readonly FullConv2d conv;

        public Shortcut() : base(nameof(Shortcut)) => conv = Register("conv", new FullConv2d(4, 4, (1, 1), (1, 1), (0, 0), 1, bias: false));

        public override Tensor forward(Tensor input) => conv.call(input);
    }
}
