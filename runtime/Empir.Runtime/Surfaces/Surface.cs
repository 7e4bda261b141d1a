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
public sealed class SurfaceValue(Tensor scores, Tensor decisions) : IDisposable
{
    /// <summary>What losses read as logits, [N, classes]; differentiable.</summary>
    public Tensor Scores { get; } = scores;

    /// <summary>The decided class, [N], 64-bit integers.</summary>
    public Tensor Decisions { get; } = decisions;

    /// <inheritdoc />
    public void Dispose()
    {
        Scores.Dispose();
        Decisions.Dispose();
    }
}
