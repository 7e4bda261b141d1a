using static Empir.Tensors.ScalarOperations;
using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// What an attack has found so far, the best image of each, and the images it is still working on. Its tensors live in
/// the dispose scope it is made in, at whatever depth it is used.
/// </summary>
internal sealed class Search
{
    private readonly Tensor images, scores;
    private Tensor rows;

    public Search(AttackRun run)
    {
        Run = run;
        images = run.Images.clone();
        scores = empty([images.shape[0]], images.dtype, images.device).Fill_(double.NegativeInfinity);
        rows = Arange(images.shape[0], images.device);
    }

    /// <summary>The images still being worked on.</summary>
    public AttackRun Run { get; private set; }

    /// <summary>Which images of the whole run those are, [n].</summary>
    public Tensor Rows => rows;

    /// <summary>Whether none is left.</summary>
    public bool IsOver => rows.shape[0] == 0;

    /// <summary>The best image of each, [N, ...]; the clean one where none was recorded.</summary>
    public Tensor Best => images;

    /// <summary>The best images' scores, [N]; minus infinity where none was recorded.</summary>
    public Tensor Scores => scores;

    /// <summary>Keeps the images that score higher than what was kept; of equal ones the first, and no NaN.</summary>
    /// <param name="x">[n, ...], one for each image still being worked on.</param>
    /// <param name="score">[n]; infinity where nothing could be better.</param>
    public void Record(Tensor x, Tensor score)
    {
        using var scope = NewDisposeScope();
        var better = score.gt(scores.index_select(0, rows)).nonzero().squeeze(1);
        var chosen = rows.index_select(0, better);
        images.index_copy_(0, chosen, x.index_select(0, better));
        scores.index_copy_(0, chosen, score.index_select(0, better).to(scores.dtype));
    }

    /// <summary>Keeps broken images whatever their loss, and of the others the one with the highest loss.</summary>
    public void Record(Tensor x, Tensor loss, Tensor broken)
    {
        using var score = loss.MaskedFill(broken, double.PositiveInfinity);
        Record(x, score);
    }

    /// <summary>
    /// Keeps broken images that are nearer than what was kept. One within a finite radius has done its part, and nothing
    /// replaces it.
    /// </summary>
    /// <param name="x">[n, ...].</param>
    /// <param name="broken">[n], booleans.</param>
    /// <returns>Who has done its part, [n], booleans.</returns>
    public Tensor RecordNearest(Tensor x, Tensor broken)
    {
        using var scope = NewDisposeScope();
        var distance = Projections.Length(x - Run.Images, Run.Threat.Norm);
        var radius = Run.Epsilons.flatten();
        var done = broken.logical_and(distance.le(radius)).logical_and(radius.isfinite());
        var score = (-distance).MaskedFill(broken.logical_not(), double.NegativeInfinity).MaskedFill(done, double.PositiveInfinity);
        Record(x, score);
        return done.MoveToOuterDisposeScope();
    }

    /// <summary>Lets images go that need no more work.</summary>
    /// <param name="leaving">[n], booleans.</param>
    /// <returns>The rows that stay, for <see cref="Keep" />; null if all do.</returns>
    public Tensor? Drop(Tensor leaving)
    {
        using var staying = leaving.logical_not();
        using var indices = staying.nonzero();
        var kept = indices.squeeze(1);
        if (kept.shape[0] == rows.shape[0])
        {
            kept.Dispose();
            return null;
        }
        rows = Keep(rows, kept);
        Run = Run.Take(kept, scopeOf: images);
        return kept;
    }

    /// <summary>Keeps images that are broken as they are and lets them go: no attack need change them.</summary>
    /// <returns>As <see cref="Drop" />.</returns>
    public Tensor? DropBroken()
    {
        using var _ = no_grad();
        using var value = Run.Evaluate(Run.Images);
        using var broken = Run.Broken(value.Decisions);
        using var score = empty(broken.shape, scores.dtype, scores.device).Fill_(double.NegativeInfinity).MaskedFill_(broken, double.PositiveInfinity);
        Record(Run.Images, score);
        return Drop(broken);
    }

    /// <summary>The best images, but the clean one where the best lies outside its ball: what a search for the nearest returns.</summary>
    public Tensor BestWithin(AttackRun run)
    {
        using var scope = NewDisposeScope();
        var distance = Projections.PerImage(Projections.Length(images - run.Images, run.Threat.Norm), images.dim());
        return where(distance.gt(run.Epsilons), run.Images, images).MoveToOuterDisposeScope();
    }

    /// <summary>The rows that stay of a tensor with a row for each image worked on; releases the old one.</summary>
    /// <param name="all">[n, ...].</param>
    /// <param name="kept">What <see cref="Drop" /> returned.</param>
    public static Tensor Keep(Tensor all, Tensor? kept)
    {
        if (kept is null)
            return all;
        // A move within one scope would lose the tensor; from a scope of its own it never is one.
        using var scope = NewDisposeScope();
        using (all)
            return all.index_select(0, kept).MoveToOtherDisposeScope(all);
    }
}
