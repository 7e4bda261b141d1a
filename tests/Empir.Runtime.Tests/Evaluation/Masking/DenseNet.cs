using Empir.Modules;
using Empir.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation.Masking;

/// <summary>196-64-10 on 14x14 images; quantised as EMPIR does where bits are given.</summary>
internal class DenseNet : Classifier
{
    private readonly nn.Module<Tensor, Tensor> hidden;
    private readonly Linear logits;

    public DenseNet(long seed, int weights = 32, int activations = 32)
        : base(new("Dense", weights == 32 ? "full" : "low", "unit_norm", new(1, 14, 14, 0, 1), 10, []))
    {
        hidden = Register<nn.Module<Tensor, Tensor>>("hidden", weights == 32
            ? nn.Linear(196, 64)
            : new QuantizedLinear(196, 64, true, new DoReFaWeights(weights), new DoReFaActivations(activations)));
        logits = Register("logits", nn.Linear(64, 10));
        Initialize(Initializer.PyTorch, seed);
    }

    public sealed override Tensor forward(Tensor input) =>
        input.flatten(1).Then(hidden.call).Then(Activation).Then(logits.call).Then(Scale);

    protected virtual Tensor Activation(Tensor x) => x.relu();

    protected virtual Tensor Scale(Tensor scores) => scores.alias();
}

/// <summary>Masked on purpose: activations of two bits, truly rounded but for training, so that the gradient is zero almost everywhere.</summary>
internal sealed class RoundedNet(long seed) : DenseNet(seed)
{
    protected override Tensor Activation(Tensor x)
    {
        using var scope = NewDisposeScope();
        var clipped = x.clamp(0, 1);
        var rounded = (clipped * 3).round() / 3;
        return (training ? clipped + (rounded - clipped).detach() : rounded).MoveToOuterDisposeScope();
    }
}

/// <summary>Masked on purpose: logits so large, but for training, that the softmax is one-hot to the last bit and cross-entropy is flat.</summary>
internal sealed class SaturatedNet(long seed) : DenseNet(seed)
{
    protected override Tensor Scale(Tensor scores) => training ? scores.alias() : scores * 1e4;
}
