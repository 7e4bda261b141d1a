using Empir.Quantization;
using TorchSharp.Modules;

namespace Empir.Modules;

/// <summary>What <see cref="Classifier.Freeze" /> returns; disposing it brings back mode, gradients and live weights.</summary>
internal sealed class FrozenClassifier : IDisposable
{
    private readonly Classifier classifier;
    private readonly bool wasTraining;
    private readonly List<Parameter> trainable = [];
    private bool disposed;

    public FrozenClassifier(Classifier classifier)
    {
        this.classifier = classifier;
        if (classifier.Freezes++ > 0)
            return;
        wasTraining = classifier.training;
        classifier.eval();
        trainable.AddRange(classifier.parameters().Where(parameter => parameter.requires_grad));
        foreach (var parameter in trainable)
            parameter.requires_grad = false;
        foreach (var layer in classifier.modules().OfType<QuantizedLayer>())
            layer.Freeze();
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        if (--classifier.Freezes > 0)
            return;
        foreach (var layer in classifier.modules().OfType<QuantizedLayer>())
            layer.Unfreeze();
        foreach (var parameter in trainable)
            parameter.requires_grad = true;
        classifier.train(wasTraining);
    }
}
