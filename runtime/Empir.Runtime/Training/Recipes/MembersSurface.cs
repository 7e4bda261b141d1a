using Empir.Modules;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Training.Recipes;

/// <summary>
/// The logarithm of the members' mean probability, decided by its largest: <see cref="MeanProbabilitiesSurface" /> for members
/// that are no ensemble yet. Of one member it is the log-softmax.
/// </summary>
internal sealed class MembersSurface(IReadOnlyList<Classifier> members) : Surface
{
    public override string Name => "members";

    public override SurfaceValue Evaluate(Tensor images)
    {
        var scores = Scores(images);
        using var _ = no_grad();
        return new(scores, scores.argmax(-1));
    }

    public override IDisposable Freeze() => new Frozen([.. members.Select(member => member.Freeze())]);

    private Tensor Scores(Tensor images)
    {
        using var scope = NewDisposeScope();
        var each = stack([.. members.Select(member => member.call(images))]);
        return each.log_softmax(-1).logsumexp(0).Sub(Math.Log(members.Count)).MoveToOuterDisposeScope();
    }

    private sealed class Frozen(IDisposable[] members) : IDisposable
    {
        public void Dispose()
        {
            foreach (var member in members)
                member.Dispose();
        }
    }
}
