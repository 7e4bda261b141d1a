using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>
/// One classifier alone: its logits, decided by their largest. For the full-precision member it is also what the paper's
/// released code differentiates in CW and BIM (the transfer attacks of its table).
/// </summary>
/// <param name="classifier">The classifier; not owned.</param>
/// <param name="name">Its name in reports; the member's name.</param>
public sealed class ClassifierSurface(Classifier classifier, string name) : Surface
{
    /// <inheritdoc />
    public override string Name => name;

    /// <inheritdoc />
    public override SurfaceValue Evaluate(Tensor images)
    {
        var logits = classifier.call(images);
        using var _ = no_grad();
        return new(logits, logits.argmax(-1));
    }

    /// <inheritdoc />
    public override IDisposable Freeze() => classifier.Freeze();
}
