using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>What an attack sees: scores it can differentiate, and the decision it has to change.</summary>
public abstract class Surface
{
    /// <summary>The surface's name in reports, such as <c>mean_probabilities</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Scores and decisions of one forward pass.</summary>
    /// <param name="images">[N, C, H, W]; gradients flow back to it.</param>
    public abstract SurfaceValue Evaluate(Tensor images);

    /// <summary>Prepares the networks behind the surface for many evaluations; see <see cref="Modules.Classifier.Freeze" />.</summary>
    public abstract IDisposable Freeze();

    /// <summary>The decision alone, without gradients.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <returns>[N], 64-bit integers.</returns>
    public Tensor Decide(Tensor images)
    {
        using var _ = no_grad();
        using var value = Evaluate(images);
        return value.Decisions.alias();
    }
}

/// <summary>One evaluation of a surface.</summary>
/// <param name="scores">What losses read as logits, [N, classes].</param>
/// <param name="decisions">The decided class, [N], 64-bit integers.</param>
/// <param name="unscaled">The scores before a scale that differs from image to image, [N, classes]; null where there is none.</param>
public sealed class SurfaceValue(Tensor scores, Tensor decisions, Tensor? unscaled = null) : IDisposable
{
    /// <summary>What losses read as logits, [N, classes]; differentiable.</summary>
    public Tensor Scores { get; } = scores;

    /// <summary>The decided class, [N], 64-bit integers.</summary>
    public Tensor Decisions { get; } = decisions;

    /// <summary>
    /// The scores before a scale that differs from image to image, [N, classes], null where there is none: losses of scaled scores
    /// have gradients, but those of two images cannot be compared.
    /// </summary>
    public Tensor? Unscaled { get; } = unscaled;

    /// <inheritdoc />
    public void Dispose()
    {
        Scores.Dispose();
        Decisions.Dispose();
        Unscaled?.Dispose();
    }
}
