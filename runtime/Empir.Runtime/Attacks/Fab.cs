using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// Fast adaptive boundary attack (Croce and Hein, arXiv 1907.02044, algorithm 1): goes back and forth across the boundary,
/// each step onto the linearised boundary inside the box, biased to the clean image. Returns the nearest broken image, or
/// the image itself; within a finite radius the first that lies inside it.
/// </summary>
public sealed record Fab : Attack
{
    /// <inheritdoc />
    public override string Name => TargetClasses > 0 ? "FAB-T" : "FAB";

    /// <summary>Steps of each start.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Starts: the first from the image, the others from a random point half a radius away.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>The highest weight α of the clean image's own projection.</summary>
    public double AlphaMax { get; init; } = 0.1;

    /// <summary>Extrapolation η beyond the boundary.</summary>
    public double Eta { get; init; } = 1.05;

    /// <summary>Backward step β: the share of the way from the image that is kept after a success.</summary>
    public double Beta { get; init; } = 0.9;

    /// <summary>With a number above 0, only the boundary to one class is sought, for each of that many of the likeliest others in turn.</summary>
    public int TargetClasses { get; init; }

    /// <summary>Without target classes: other classes that are looked at in every step, the likeliest; each costs a gradient.</summary>
    public int Classes { get; init; } = 9;

    /// <inheritdoc />
    public override int GradientSteps => Restarts * Steps * (TargetClasses > 0 ? TargetClasses : Classes);

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run) => Restart.Toward(run, TargetClasses, Restarts, Cross).BestWithin(run);

    private Search Cross(AttackRun whole, int draw)
    {
        var search = new Search(whole);
        var x = whole.Images.clone();
        if (draw % Restarts > 0)
            x.Add_(whole.SurfaceNoise(draw), alpha: 0.5).Clamp_(whole.Threat.Minimum, whole.Threat.Maximum);
        for (var step = 0; step < Steps && !search.IsOver; step++)
        {
            using var scope = NewDisposeScope();
            var run = search.Run;
            var (gap, normal, _) = Boundary.Nearest(run, x, Classes);
            x.copy_(Onto(run, x.flatten(1), gap, normal).view_as(x)).Clamp_(run.Threat.Minimum, run.Threat.Maximum);
            var broken = run.Broken(run.Decide(x));
            var done = search.RecordNearest(x, broken);
            var back = run.Images.Add((x - run.Images).Mul(Beta));
            x.copy_(where(Projections.PerImage(broken, x.dim()), back, x));
            x = Search.Keep(x, search.Drop(done));
        }
        return search;
    }

    // (1 - α)(x + η·d) + α(x0 + η·d0): d and d0 lead x and the clean image onto the boundary, α weighs them by their lengths.
    private Tensor Onto(AttackRun run, Tensor x, Tensor gap, Tensor normal)
    {
        var origin = run.Images.flatten(1);
        var offset = (x * normal).sum([1]) - gap;
        var d = Projections.OntoHyperplane(x, normal, offset, run.Threat.Minimum, run.Threat.Maximum, run.Threat.Norm);
        var d0 = Projections.OntoHyperplane(origin, normal, offset, run.Threat.Minimum, run.Threat.Maximum, run.Threat.Norm);
        var (length, length0) = (Projections.Length(d, run.Threat.Norm), Projections.Length(d0, run.Threat.Norm));
        var alpha = (length / length.Add(length0).ClampMin(1e-30)).ClampMax(AlphaMax).unsqueeze(1);
        return (x.Add(d.Mul(Eta)) * alpha.Rsub(1)).Add(origin.Add(d0.Mul(Eta)) * alpha);
    }
}
