using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>
/// A surface whose scores always hang together with the images: where its own graph is cut, the gradient is zero instead of an
/// exception, so that the attacks run and the checks can say what they come to. All else is the inner surface's.
/// </summary>
internal sealed class ConnectedSurface(Surface inner) : Surface
{
    public override string Name => inner.Name;

    public override SurfaceValue Evaluate(Tensor images)
    {
        using var value = inner.Evaluate(images);
        using var scope = NewDisposeScope();
        // Times zero before the sum: the sum's own gradient is one number for all pixels, which an attack cannot overwrite.
        var nothing = images.Mul(0).flatten(1).sum(1, keepdim: true);
        return new(value.Scores.Add(nothing).MoveToOuterDisposeScope(), value.Decisions.alias().MoveToOuterDisposeScope(), value.Unscaled?.alias().MoveToOuterDisposeScope());
    }

    public override IDisposable Freeze() => inner.Freeze();
}
