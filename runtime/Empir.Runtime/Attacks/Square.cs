using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// Square attack (Andriushchenko et al., arXiv 1912.00049): random search over squares that shrink as the queries run out;
/// a change is kept where it raises the margin of the scores. Needs no gradient.
/// </summary>
public sealed record Square : Attack
{
    /// <inheritdoc />
    public override string Name => "Square";

    /// <summary>Queries per image.</summary>
    public int Queries { get; init; } = 5000;

    /// <summary>Share of the image's area that the first square covers.</summary>
    public double InitialShare { get; init; } = 0.8;

    /// <summary>Random starts; each after the first attacks only what is not broken yet.</summary>
    public int Restarts { get; init; } = 1;

    /// <inheritdoc />
    public override int GradientSteps => Math.Max(1, Restarts * Queries / 3);

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        if (run.Images.dim() != 4)
            throw new ArgumentException($"Square needs images [N, C, H, W], not [{string.Join(", ", run.Images.shape)}].", nameof(run));
        using var _ = no_grad();
        return Restart.Toward(run, 0, Restarts, Climb).Best;
    }

    private Search Climb(AttackRun whole, int draw)
    {
        var search = new Search(whole);
        var moves = SquareMoves.For(whole, draw);
        var x = moves.Start();
        var best = empty([x.shape[0]], x.dtype, x.device).Fill_(double.NegativeInfinity);
        for (var query = 0; query < Queries && !search.IsOver; query++)
        {
            using var scope = NewDisposeScope();
            var run = search.Run;
            var tried = query == 0 ? x : moves.Next(run, x, Share(query));
            var (loss, broken, _) = run.Examine(tried, Loss.Margin, climb: false);
            var better = loss.gt(best);
            search.Record(tried, loss, broken);
            x.copy_(where(Projections.PerImage(better, x.dim()), tried, x));
            best.copy_(maximum(best, loss));
            var kept = search.Drop(broken);
            (x, best) = (Search.Keep(x, kept), Search.Keep(best, kept));
            if (kept is not null)
                moves = moves.Keep(kept);
        }
        return search;
    }

    // The published schedule: halved at these shares of 10,000 queries.
    private double Share(int query)
    {
        int[] halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];
        var progress = (double)query / Queries * 10_000;
        return InitialShare / Math.Pow(2, halvings.Count(at => progress > at));
    }
}
