using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>
/// A surface whose scores are scaled, image by image, so that the best leads the second-best by a fixed margin: a cross-entropy
/// whose softmax has saturated gets its gradient back (quantised members' logits are large; Gupta and Ajanthan, AAAI 2022).
/// The scale is not differentiated, and the decision is the inner surface's own. It is another one at every image, so that attacks
/// climb the scaled scores and compare images by the margins of the unscaled ones.
/// </summary>
/// <param name="inner">The surface; not owned.</param>
/// <param name="margin">The lead of the best score.</param>
public sealed class TemperedSurface(Surface inner, double margin = 1) : Surface
{
    /// <inheritdoc />
    public override string Name => $"{inner.Name}+temperature";

    /// <inheritdoc />
    public override SurfaceValue Evaluate(Tensor images)
    {
        using var value = inner.Evaluate(images);
        using var scope = NewDisposeScope();
        var top = value.Scores.detach().topk(2, 1).values;
        var lead = (top.narrow(1, 0, 1) - top.narrow(1, 1, 1)).ClampMin_(1e-12);
        return new((value.Scores / lead).Mul(margin).MoveToOuterDisposeScope(), value.Decisions.alias().MoveToOuterDisposeScope(), value.Scores.detach().MoveToOuterDisposeScope());
    }

    /// <inheritdoc />
    public override IDisposable Freeze() => inner.Freeze();
}
