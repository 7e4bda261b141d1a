using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// DeepFool (Moosavi-Dezfooli et al., arXiv 1511.04599): steps onto the nearest boundary as if the scores were linear, a
/// little beyond, until the image is broken. Every step is clipped to the box; where that leaves an image on the boundary after
/// the last step, its whole change is stretched by the overshoot. Returns the broken image, or the image itself.
/// </summary>
public sealed record DeepFool : Attack
{
    /// <inheritdoc />
    public override string Name => "DeepFool";

    /// <summary>Steps at most.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Share of a step's length by which it goes beyond the boundary.</summary>
    public double Overshoot { get; init; } = 0.02;

    /// <summary>Other classes that are looked at, the likeliest; each costs a gradient in every step.</summary>
    public int Classes { get; init; } = 9;

    /// <inheritdoc />
    public override int GradientSteps => Steps * Classes;

    // Toward one class it would wander between the label's boundary and a third class's.
    /// <inheritdoc />
    public override bool SupportsTargets() => false;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        var search = new Search(run);
        var x = run.Images.clone();
        for (var step = 0; step < Steps && !search.IsOver; step++)
        {
            using var scope = NewDisposeScope();
            var rest = search.Run;
            var (gap, normal, broken) = Boundary.Nearest(rest, x, Classes);
            search.RecordNearest(x, broken);
            x.Add_(Onto(gap, normal, rest.Threat.Norm).Mul_(1 + Overshoot).view_as(x)).Clamp_(rest.Threat.Minimum, rest.Threat.Maximum);
            x = Search.Keep(x, search.Drop(broken));
        }
        if (!search.IsOver)
        {
            var rest = search.Run;
            x.sub_(rest.Images).Mul_(1 + Overshoot).Add_(rest.Images).Clamp_(rest.Threat.Minimum, rest.Threat.Maximum);
            search.RecordNearest(x, rest.Broken(rest.Decide(x)));
        }
        return search.BestWithin(run);
    }

    // The smallest change that brings f + w·d to zero, [n, D].
    private static Tensor Onto(Tensor gap, Tensor normal, Norm norm)
    {
        var length = Boundary.Dual(normal, norm).unsqueeze(1);
        return gap.abs().unsqueeze(1) / length * (norm == Norm.L2 ? normal / length : normal.sign());
    }
}
