using Empir.Modules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests;

/// <summary>Two linear layers with a smooth curve between them, for images of any shape.</summary>
internal sealed class TinyNet : Classifier
{
    private readonly Linear hidden, logits;

    public TinyNet(long seed, int channels, int height, int width, int classes)
        : base(new("Tiny", "full", "pytorch", new(channels, height, width, 0, 1), classes, []))
    {
        hidden = Register("hidden", nn.Linear(channels * height * width, 12));
        logits = Register("logits", nn.Linear(12, classes));
        using var random = new Generator((ulong)seed, CPU);
        using var _ = no_grad();
        foreach (var parameter in parameters())
            parameter.normal_(0, 1.0 / Math.Sqrt(12), random);
    }

    public override Tensor forward(Tensor input) =>
        input.flatten(1).Then(hidden.call).Then(x => x.tanh()).Then(logits.call);
}
