using Empir.Quantization;
using TorchSharp.Modules;

namespace Empir.Modules;

/// <summary>
/// What <see cref="Classifier.Freeze" /> returns. The last to be disposed, in whatever order, brings back mode, gradients
/// and live weights.
/// </summary>
internal sealed class FrozenClassifier : IDisposable
{
    private Classifier? classifier;

    public FrozenClassifier(Classifier classifier)
    {
        this.classifier = classifier;
        lock (classifier.FreezeLock)
        {
            classifier.Thaw ??= Freeze(classifier);
            classifier.Freezes++;
        }
    }

    public void Dispose()
    {
        if (classifier is null)
            return;
        lock (classifier.FreezeLock)
            if (--classifier.Freezes == 0)
            {
                classifier.Thaw!();
                classifier.Thaw = null;
            }
        classifier = null;
    }

    private static Action Freeze(Classifier classifier)
    {
        var wasTraining = classifier.training;
        Parameter[] trainable = [.. classifier.parameters().Where(parameter => parameter.requires_grad)];
        QuantizedLayer[] quantized = [.. classifier.modules().OfType<QuantizedLayer>()];
        classifier.eval();
        foreach (var parameter in trainable)
            parameter.requires_grad = false;
        foreach (var layer in quantized)
            layer.Freeze();
        return () =>
        {
            foreach (var layer in quantized)
                layer.Unfreeze();
            foreach (var parameter in trainable)
                parameter.requires_grad = true;
            classifier.train(wasTraining);
        };
    }
}
