using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>Which of an iterative attack's images is returned.</summary>
public enum Iterate
{
    /// <summary>The first that is broken, else the one with the highest loss. Broken images leave the batch.</summary>
    Best,

    /// <summary>The last, whatever became of it: what the paper's released code and most libraries return.</summary>
    Last,
}

/// <summary>
/// Projected steepest ascent of a loss, x ← project(x + step·direction), the core that FGSM, BIM, PGD and MI-FGSM share:
/// the sign of the gradient in Linf, the gradient of unit length in L2. Losses are summed over the batch, so no image's
/// path depends on its neighbours.
/// </summary>
/// <param name="Loss">What is climbed.</param>
/// <param name="Steps">Gradient steps.</param>
/// <param name="StepSize">Length of the first step.</param>
/// <param name="InRadii">Whether the step's length is counted in the image's radius.</param>
/// <param name="Iterate">What is returned.</param>
/// <param name="Decay">Share of the last step's momentum that is kept; null for none at all.</param>
internal sealed record Ascent(Loss Loss, int Steps, double StepSize, bool InRadii, Iterate Iterate, double? Decay = null)
{
    /// <summary>How the steps' length changes.</summary>
    public StepSchedule Schedule { get; init; }

    /// <summary>Climbs.</summary>
    /// <param name="run">The attack's run.</param>
    /// <param name="start">Where to start, or null for the images themselves; overwritten.</param>
    public Search Run(AttackRun run, Tensor? start)
    {
        var search = new Search(run);
        if (start is null)
            return Climb(search, run.Images.clone());
        if (Iterate == Iterate.Last)
            return Climb(search, start);
        // An image that is wrong as it is needs no attack, wherever the random start would land.
        return Climb(search, Search.Keep(start, search.DropBroken()));
    }

    private Search Climb(Search search, Tensor x)
    {
        var momentum = Decay is null ? null : zeros_like(x);
        for (var step = 0; step <= Steps && !search.IsOver; step++)
        {
            using var scope = NewDisposeScope();
            var last = step == Steps;
            if (last && Iterate == Iterate.Last)
            {
                search.Record(x, empty([x.shape[0]], x.dtype, x.device).Fill_(double.PositiveInfinity));
                break;
            }
            var run = search.Run;
            var (loss, broken, gradient) = run.Examine(x, Loss, climb: !last);
            if (Iterate == Iterate.Best)
                search.Record(x, loss, broken);
            if (last)
                break;
            var direction = Projections.Steepest(Accumulate(momentum, gradient!), run.Threat.Norm);
            direction.Mul_(StepSize * Schedule.Factor(step, Steps));
            if (InRadii)
                direction.mul_(run.Reach);
            run.Project(x.Add_(direction));
            if (Iterate == Iterate.Last)
                continue;
            var kept = search.Drop(broken);
            x = Search.Keep(x, kept);
            momentum = momentum is null ? null : Search.Keep(momentum, kept);
        }
        return search;
    }

    // Gradients are brought to a mean absolute value of 1 before they add up (MI-FGSM, equation 6).
    private Tensor Accumulate(Tensor? momentum, Tensor gradient)
    {
        if (momentum is null)
            return gradient;
        var size = Projections.PerImage(gradient.abs().flatten(1).mean([1]), gradient.dim()).ClampMin(1e-30);
        momentum.Mul_(Decay!.Value).Add_(gradient.div_(size));
        return gradient.copy_(momentum);
    }
}
