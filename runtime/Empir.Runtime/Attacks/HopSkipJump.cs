using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// HopSkipJump (Chen et al., arXiv 1904.02144, algorithm 2): needs only decisions. From a broken image it walks along the
/// boundary toward the clean one: bisects onto the boundary, estimates the gradient there from random probes, and steps.
/// Returns the nearest broken image, or the image itself; within a finite radius the first that lies inside it.
/// </summary>
public sealed record HopSkipJump : Attack
{
    /// <inheritdoc />
    public override string Name => "HopSkipJump";

    /// <summary>Steps along the boundary.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Probes of the first step; step t takes sqrt(t) times as many.</summary>
    public int InitialProbes { get; init; } = 100;

    /// <summary>Probes of any step at most.</summary>
    public int MaxProbes { get; init; } = 10_000;

    /// <summary>
    /// Uniform images that are tried for a broken one to start from, with targets for one that is decided as the target; the
    /// paper begins there from an image of that class, which decisions alone do not give.
    /// </summary>
    public int Starts { get; init; } = 100;

    /// <inheritdoc />
    public override int GradientSteps => (Starts + Enumerable.Range(1, Steps).Sum(Probes)) / 3 + 1;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        using var _ = no_grad();
        var search = new Search(run);
        search.DropBroken();
        var x = Start(search);
        for (var step = 1; step <= Steps && !search.IsOver; step++)
        {
            using var scope = NewDisposeScope();
            var rest = search.Run;
            var (normal, distance) = Normal(rest, x, step);
            x.copy_(Bisect(rest, Jump(rest, x, normal, distance, step)));
            var done = search.RecordNearest(x, rest.Broken(rest.Decide(x)));
            x = Search.Keep(x, search.Drop(done));
        }
        return search.BestWithin(run);
    }

    private int Probes(int step) => (int)Math.Min(MaxProbes, InitialProbes * Math.Sqrt(step));

    // Broken images on the boundary; images for which none is found leave the search.
    private Tensor Start(Search search)
    {
        var x = search.Run.Images.clone();
        var found = zeros(x.shape[0], ScalarType.Bool, x.device);
        for (var draw = 0; draw < Starts && !found.all().ReadBoolean(); draw++)
        {
            using var scope = NewDisposeScope();
            var run = search.Run;
            var noise = run.Draw(draw, (one, _, random) => one.uniform_(run.Threat.Minimum, run.Threat.Maximum, random));
            var fresh = run.Broken(run.Decide(noise)).logical_and(found.logical_not());
            x.copy_(where(Projections.PerImage(fresh, x.dim()), noise, x));
            found.logical_or_(fresh);
        }
        x = Search.Keep(x, search.Drop(found.logical_not()));
        if (search.IsOver)
            return x;
        x.copy_(Bisect(search.Run, x));
        var done = search.RecordNearest(x, search.Run.Broken(search.Run.Decide(x)));
        return Search.Keep(x, search.Drop(done));
    }

    // Between the clean image (0) and a broken one (1), on the broken side of the boundary.
    private static Tensor Bisect(AttackRun run, Tensor broken)
    {
        using var scope = NewDisposeScope();
        var norm = run.Threat.Norm;
        var dimensions = broken.dim();
        var far = Projections.Length(broken - run.Images, norm);
        // Fractions of the way in L2, radii in Linf; down to the paper's share of it.
        var high = norm == Norm.L2 ? ones_like(far) : far.clone();
        var low = zeros_like(far);
        var size = broken.numel() / broken.shape[0];
        var precision = norm == Norm.L2 ? 1 / (size * Math.Sqrt(size)) : 1 / (Math.Pow(size, 2));
        var halvings = (int)Math.Ceiling(Math.Log2(1 / Math.Max(precision, 1e-6)));
        for (var halving = 0; halving < halvings; halving++)
        {
            var middle = low.Add(high).Div(2);
            var ok = run.Broken(run.Decide(Between(middle)));
            high = where(ok, middle, high);
            low = where(ok, low, middle);
        }
        return Between(high).MoveToOuterDisposeScope();

        Tensor Between(Tensor share)
        {
            var way = broken - run.Images;
            var at = Projections.PerImage(share, dimensions);
            return norm == Norm.L2 ? run.Images.Add(way * at) : run.Images.Add(way.clamp(-at, at));
        }
    }

    // The boundary's normal toward the broken side, by which of many small random steps are broken (equations 9 and 16).
    private (Tensor Normal, Tensor Distance) Normal(AttackRun run, Tensor x, int step)
    {
        var size = x.numel() / x.shape[0];
        var norm = run.Threat.Norm;
        var distance = Projections.Length(x - run.Images, norm);
        // δ: a tenth of the box first, then the distance over the number of pixels (√d·θ in L2 and d·θ in Linf, θ as in the bisection).
        var delta = step == 1
            ? distance.FullLike(0.1 * (run.Threat.Maximum - run.Threat.Minimum))
            : distance.Div(size);
        var normal = zeros_like(x);
        for (var image = 0; image < x.shape[0]; image++)
        {
            using var scope = NewDisposeScope();
            var noise = run.Draw(Starts + step, image, [Probes(step), .. x.shape[1..]], (probes, random) =>
                _ = norm == Norm.L2 ? probes.normal_(0, 1, random) : probes.uniform_(-1, 1, random));
            noise.div_(Projections.PerImage(Projections.Length(noise, Norm.L2), noise.dim()).ClampMin(1e-30)).mul_(delta[image]);
            var points = noise.Add_(x[image]).Clamp_(run.Threat.Minimum, run.Threat.Maximum);
            var answers = run.Broken(run.Decide(points), image).to(x.dtype).Mul(2).Sub(1);
            // Against the mean answer, unless all agree: less variance.
            var mean = answers.mean();
            var weight = mean.abs().ReadDouble() < 1 ? answers - mean : answers;
            normal[image].copy_((points.sub_(x[image]) * Projections.PerImage(weight, points.dim())).mean([0]));
        }
        return (Projections.Steepest(normal, norm), distance);
    }

    // As far along the normal as the image stays broken: distance / sqrt(t), halved until it is.
    private static Tensor Jump(AttackRun run, Tensor x, Tensor normal, Tensor distance, int step)
    {
        const int Halvings = 12;
        var length = distance.Div(Math.Sqrt(step));
        var landed = x.clone();
        var open = ones(x.shape[0], ScalarType.Bool, x.device);
        for (var halving = 0; halving < Halvings && open.any().ReadBoolean(); halving++)
        {
            var tried = x.Add(normal * Projections.PerImage(length, x.dim())).Clamp_(run.Threat.Minimum, run.Threat.Maximum);
            var good = open.logical_and(run.Broken(run.Decide(tried)));
            landed = where(Projections.PerImage(good, x.dim()), tried, landed);
            open = open.logical_and(good.logical_not());
            length = length.Div(2);
        }
        return landed;
    }
}
