using static Empir.Tensors.ScalarOperations;
using static TorchSharp.torch;

namespace Empir.Surfaces;

/// <summary>How surely every member votes for every class, in units of the member's own scores.</summary>
internal static class MemberMargins
{
    /// <summary>
    /// (z_c - max over the other classes) / scale: positive exactly for the member's vote. The scale is the best minus the
    /// third-best score, not differentiated, so that no member counts more for scoring louder; 1 where there are two classes.
    /// </summary>
    /// <param name="logits">[M, N, C].</param>
    /// <returns>[M, N, C].</returns>
    public static Tensor Of(Tensor logits)
    {
        using var scope = NewDisposeScope();
        return ((logits - BestOther(logits)) / Scale(logits)).MoveToOuterDisposeScope();
    }

    /// <summary>For every class the best of the others, [..., C].</summary>
    public static Tensor BestOther(Tensor scores)
    {
        using var scope = NewDisposeScope();
        var (top, who) = scores.topk(2, -1);
        var isBest = Arange(scores.shape[^1], scores.device).eq(who.narrow(-1, 0, 1));
        var (best, second) = (top.narrow(-1, 0, 1), top.narrow(-1, 1, 1));
        return where(isBest, second, best).MoveToOuterDisposeScope();
    }

    /// <summary>The members' scales, [M, N, 1].</summary>
    public static Tensor Scale(Tensor logits)
    {
        using var scope = NewDisposeScope();
        if (logits.shape[^1] < 3)
            return ones([logits.shape[0], logits.shape[1], 1], logits.dtype, logits.device).MoveToOuterDisposeScope();
        var top = logits.detach().topk(3, -1).values;
        return (top.narrow(-1, 0, 1) - top.narrow(-1, 2, 1)).ClampMin_(1e-12).MoveToOuterDisposeScope();
    }
}
