using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>A surface that writes down what an attack sees on its way: one entry per evaluation of the whole batch.</summary>
/// <param name="inner">The surface; not owned.</param>
/// <param name="labels">[N], the classes the attack moves away from.</param>
internal sealed class WatchedSurface(Surface inner, Tensor labels) : Surface
{
    public override string Name => inner.Name;

    /// <summary>Every image's cross-entropy, evaluation by evaluation.</summary>
    public List<float[]> Losses { get; } = [];

    /// <summary>Whether every image is broken, evaluation by evaluation.</summary>
    public List<bool[]> Broken { get; } = [];

    public override SurfaceValue Evaluate(Tensor images)
    {
        var value = inner.Evaluate(images);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        Losses.Add([.. Attacks.Losses.CrossEntropy(value.Scores, labels).to(ScalarType.Float32).cpu().data<float>()]);
        Broken.Add([.. value.Decisions.ne(labels).cpu().data<bool>()]);
        return value;
    }

    public override IDisposable Freeze() => inner.Freeze();
}
