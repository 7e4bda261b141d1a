using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>The scores around an image as if they were linear: how far each class is from overtaking the label.</summary>
internal static class Boundary
{
    /// <summary>The nearest class boundary of every image, where z_k = z_y to first order; the target's where there is one.</summary>
    /// <param name="run">Surface, labels and norm.</param>
    /// <param name="x">[n, ...].</param>
    /// <param name="classes">The likeliest other classes that are looked at; each costs a backward pass.</param>
    /// <returns>f = z_k - z_y, [n], negative until the scores are broken; its gradient, [n, D]; and which images are broken, [n].</returns>
    public static (Tensor Gap, Tensor Normal, Tensor Broken) Nearest(AttackRun run, Tensor x, int classes)
    {
        using var scope = NewDisposeScope();
        using var mode = enable_grad();
        var leaf = x.detach().requires_grad_();
        using var value = run.Evaluate(leaf);
        var broken = run.Broken(value.Decisions);
        Tensor[] gaps = run.Targets is { } targets ? [-Losses.Margin(value.Scores, targets)] : [.. Others()];
        Tensor? nearest = null, gap = null, normal = null;
        for (var k = 0; k < gaps.Length; k++)
        {
            var weight = run.Gradient(gaps[k].sum(), leaf, again: k < gaps.Length - 1).flatten(1);
            using var _ = no_grad();
            var distance = gaps[k].abs() / Dual(weight, run.Threat.Norm);
            if (nearest is null)
            {
                (nearest, gap, normal) = (distance, gaps[k].detach(), weight);
                continue;
            }
            var nearer = distance.lt(nearest);
            gap = where(nearer, gaps[k].detach(), gap!);
            normal = where(nearer.unsqueeze(1), weight, normal!);
            nearest = minimum(nearest, distance);
        }
        return (gap!.MoveToOuterDisposeScope(), normal!.MoveToOuterDisposeScope(), broken.MoveToOuterDisposeScope());

        IEnumerable<Tensor> Others()
        {
            var own = Losses.At(value.Scores, run.Labels);
            var ranking = Losses.Likeliest(value.Scores.detach(), run.Labels, classes);
            for (var k = 0; k < ranking.shape[1]; k++)
                yield return Losses.At(value.Scores, ranking[.., k]) - own;
        }
    }

    /// <summary>Length of a gradient in the norm that a change's norm is dual to, [n]: changing x by d changes the score by at most ‖d‖ times it.</summary>
    public static Tensor Dual(Tensor weight, Norm norm)
    {
        using var size = norm == Norm.L2 ? weight.norm(1) : weight.abs().sum([1]);
        return size.ClampMin(1e-30);
    }
}
