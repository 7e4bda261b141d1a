using Empir.Modules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

/// <summary>Two classes, score w·x + b against 0 on [1, 4, 4] images: the smallest perturbation that breaks an image is known.</summary>
internal sealed class LinearClassifier : Classifier
{
    private readonly Linear layer;

    public LinearClassifier(float[] weight, float bias)
        : base(new("Linear", "full", "pytorch", new(1, 4, 4, -6, 6), 2, []))
    {
        layer = Register("layer", nn.Linear(16, 2));
        using var _ = no_grad();
        layer.weight!.zero_()[1].copy_(tensor(weight));
        layer.bias!.zero_()[1] = bias;
    }

    public override Tensor forward(Tensor input)
    {
        using var flat = input.flatten(1);
        return layer.call(flat);
    }
}
