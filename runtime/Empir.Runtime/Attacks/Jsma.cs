using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// Jacobian saliency map attack (Papernot et al., arXiv 1511.07528, algorithm 3): changes two pixels at a time, the pair
/// that raises the target's score and lowers the others' most, and few of them in all. Without a target it leads to the
/// likeliest other class. Its own measure is the number of changed pixels; the threat's ball bounds it in addition.
/// </summary>
public sealed record Jsma : Attack
{
    /// <inheritdoc />
    public override string Name => "JSMA";

    /// <summary>Change of a pixel in one step, in the input's units; negative to darken.</summary>
    public double Theta { get; init; } = 1;

    /// <summary>Share of the pixels that may change.</summary>
    public double Gamma { get; init; } = 0.1;

    // The number of steps depends on the image; a small colour image takes this many at the default share.
    /// <inheritdoc />
    public override int GradientSteps => 2 * (int)Math.Ceiling(3072 * Gamma / 2);

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        var search = new Search(run);
        search.DropBroken();
        if (search.IsOver)
            return search.Best;
        var x = search.Run.Images.clone();
        var targets = search.Run.Targets?.clone() ?? Likeliest(search.Run);
        var steps = (int)Math.Floor(x[0].numel() * Gamma / 2);
        for (var step = 0; step <= steps && !search.IsOver; step++)
        {
            using var scope = NewDisposeScope();
            var rest = search.Run;
            var (toTarget, toOthers, loss, broken) = Saliency(rest, x, targets);
            search.Record(x, loss, broken);
            var stuck = step == steps ? ones_like(broken) : Move(rest, x, toTarget, toOthers).logical_not();
            var kept = search.Drop(broken.logical_or(stuck));
            (x, targets) = (Search.Keep(x, kept), Search.Keep(targets, kept));
        }
        return search.Best;
    }

    private static Tensor Likeliest(AttackRun run)
    {
        using var _ = no_grad();
        using var value = run.Evaluate(run.Images);
        using var ranking = Losses.Likeliest(value.Scores, run.Labels, 1);
        return ranking.squeeze(1);
    }

    // Gradients of the target's score and of the sum of the others, [n, D] each.
    private (Tensor ToTarget, Tensor ToOthers, Tensor Loss, Tensor Broken) Saliency(AttackRun run, Tensor x, Tensor targets)
    {
        using var mode = enable_grad();
        var leaf = x.detach().requires_grad_();
        using var value = run.Evaluate(leaf);
        var toTarget = run.Gradient(Losses.At(value.Scores, targets).sum(), leaf, again: true).flatten(1);
        var toAll = run.Gradient(value.Scores.sum(), leaf).flatten(1);
        var sign = Math.Sign(Theta);
        return (toTarget.Mul(sign), (toAll - toTarget).Mul(sign), -Losses.Margin(value.Scores, targets).detach(), run.Broken(value.Decisions));
    }

    // The furthest that box and ball let every pixel go; a ball in L2 bounds no pixel alone.
    private Tensor Last(AttackRun run)
    {
        using var scope = NewDisposeScope();
        var step = run.Threat.Norm == Norm.Linf ? run.Epsilons : run.Epsilons.FullLike(run.Threat.Maximum - run.Threat.Minimum);
        return run.Images.Add(step.Mul(Math.Sign(Theta))).Clamp_(run.Threat.Minimum, run.Threat.Maximum).MoveToOuterDisposeScope();
    }

    // Changes the best pair of every image; tells which images had one.
    private Tensor Move(AttackRun run, Tensor x, Tensor toTarget, Tensor toOthers)
    {
        var count = (int)x.shape[0];
        double[] values = Host(x), rise = Host(toTarget), fall = Host(-toOthers), last = Host(Last(run));
        var size = values.Length / count;
        var moved = new bool[count];
        // A pixel that was projected onto its ball may be a last bit inside.
        var tolerance = 1e-6 * (run.Threat.Maximum - run.Threat.Minimum);
        for (var image = 0; image < count; image++)
        {
            var first = image * size;
            var free = Enumerable.Range(first, size)
                .Where(pixel => (last[pixel] - values[pixel]) * Math.Sign(Theta) > tolerance);
            if (BestPair(free, rise, fall) is not { } pair)
                continue;
            moved[image] = true;
            values[pair.First] += Theta;
            values[pair.Second] += Theta;
        }
        x.copy_(tensor(values).view_as(x));
        run.Project(x);
        return tensor(moved).to(x.device);

        static double[] Host(Tensor tensor) => [.. tensor.detach().to(ScalarType.Float64).cpu().flatten().data<double>()];
    }

    /// <summary>
    /// The pair with the highest product of its sums of <paramref name="rise" /> and <paramref name="fall" />, both positive.
    /// Who is outdone in both by two others cannot be part of it, which leaves few pixels to pair.
    /// </summary>
    internal static (int First, int Second)? BestPair(IEnumerable<int> pixels, double[] rise, double[] fall)
    {
        var (best, second) = (double.NegativeInfinity, double.NegativeInfinity);
        var candidates = new List<int>();
        foreach (var pixel in pixels.OrderByDescending(pixel => rise[pixel]).ThenByDescending(pixel => fall[pixel]))
        {
            if (fall[pixel] <= second)
                continue;
            candidates.Add(pixel);
            (best, second) = fall[pixel] > best ? (fall[pixel], best) : (best, fall[pixel]);
        }
        (int, int)? pair = null;
        var highest = 0.0;
        for (var i = 0; i < candidates.Count; i++)
        {
            for (var j = i + 1; j < candidates.Count; j++)
            {
                var (up, down) = (rise[candidates[i]] + rise[candidates[j]], fall[candidates[i]] + fall[candidates[j]]);
                if (up > 0 && down > 0 && up * down > highest)
                    (highest, pair) = (up * down, (candidates[i], candidates[j]));
            }
        }
        return pair;
    }
}
