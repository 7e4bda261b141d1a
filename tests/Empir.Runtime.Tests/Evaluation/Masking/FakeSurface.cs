using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation.Masking;

/// <summary>
/// Two classes, 0 while a margin [N] is not above 0, whose gradient is another function's: what an attack is told about where to go
/// is apart from what happens there.
/// </summary>
/// <param name="margin">The margin of class 1.</param>
/// <param name="slope">Has the gradient; not given, the margin's own.</param>
internal sealed class FakeSurface(Func<Tensor, Tensor> margin, Func<Tensor, Tensor>? slope = null) : Surface
{
    public override string Name => "fake";

    public override SurfaceValue Evaluate(Tensor images)
    {
        using var scope = NewDisposeScope();
        var m = margin(images);
        if (slope is not null)
        {
            var s = slope(images);
            m = m.detach() + (s - s.detach());
        }
        return new(
            stack([zeros_like(m), m], 1).MoveToOuterDisposeScope(), m.detach().gt(0).to(ScalarType.Int64).MoveToOuterDisposeScope());
    }

    public override IDisposable Freeze() => Stream.Null;
}
