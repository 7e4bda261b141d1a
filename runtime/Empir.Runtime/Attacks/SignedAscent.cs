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
/// Steepest ascent of the cross-entropy in the Linf ball, x ← clip(x + step·sign(gradient)): the core that FGSM, BIM and
/// PGD share. Losses are summed over the batch, so no image's path depends on its neighbours.
/// </summary>
internal static class SignedAscent
{
    /// <param name="run">The attack's run.</param>
    /// <param name="start">Where to start, or null for the images themselves.</param>
    /// <param name="steps">Gradient steps.</param>
    /// <param name="stepSize">Change of a pixel in one step.</param>
    /// <param name="iterate">What is returned.</param>
    public static Tensor Run(AttackRun run, Tensor? start, int steps, double stepSize, Iterate iterate) =>
        iterate == Iterate.Last ? Last(run, start, steps, stepSize) : Best(run, start, steps, stepSize);

    private static Tensor Last(AttackRun run, Tensor? start, int steps, double stepSize)
    {
        var x = start ?? run.Images.alias();
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var gradient = Examine(run, x, run.Labels, climb: true).Gradient!;
            var next = Move(x, gradient, stepSize, run.Images, run.Threat).MoveToOuterDisposeScope();
            x.Dispose();
            x = next;
        }
        return x;
    }

    private static Tensor Best(AttackRun run, Tensor? start, int steps, double stepSize)
    {
        var best = run.Images.clone();
        var bestLoss = full([best.shape[0]], double.NegativeInfinity, dtype: best.dtype, device: best.device);
        var batch = new Batch(run.Images.alias(), run.Images.alias(), run.Labels.alias(), arange(best.shape[0], device: best.device));
        if (start is not null)
        {
            // An image that is wrong as it is needs no attack, wherever the random start would land.
            using var scope = NewDisposeScope();
            batch = batch.Keep(Examine(run, batch.X, batch.Labels, climb: false).Broken.logical_not());
            if (batch.IsEmpty)
                return best;
            batch = batch.MoveTo(start.index_select(0, batch.Active));
        }

        for (var step = 0; step <= steps && !batch.IsEmpty; step++)
        {
            using var scope = NewDisposeScope();
            var (loss, broken, gradient) = Examine(run, batch.X, batch.Labels, climb: step < steps);
            var better = broken.logical_or(loss.gt(bestLoss.index_select(0, batch.Active))).nonzero().squeeze(1);
            var chosen = batch.Active.index_select(0, better);
            best.index_copy_(0, chosen, batch.X.index_select(0, better));
            bestLoss.index_copy_(0, chosen, loss.index_select(0, better));
            if (gradient is null)
                break;
            batch = batch
                .MoveTo(Move(batch.X, gradient, stepSize, batch.Origin, run.Threat))
                .Keep(broken.logical_not());
        }
        return best;
    }

    // Loss and fate of every image at x, and where the loss rises if the attack climbs on.
    private static (Tensor Loss, Tensor Broken, Tensor? Gradient) Examine(AttackRun run, Tensor x, Tensor labels, bool climb)
    {
        using var mode = enable_grad(climb);
        var leaf = x.detach().requires_grad_(climb);
        using var value = run.Evaluate(leaf);
        var loss = nn.functional.cross_entropy(value.Scores, labels, reduction: nn.Reduction.None);
        var gradient = climb ? run.Gradient(loss.sum(), leaf) : null;
        return (loss.detach(), value.Decisions.ne(labels), gradient);
    }

    // The gradient is this call's to overwrite.
    private static Tensor Move(Tensor x, Tensor gradient, double stepSize, Tensor origin, ThreatModel threat) =>
        gradient.sign_().mul_(stepSize).add_(x)
            .sub_(origin).clamp_(-threat.Epsilon, threat.Epsilon)
            .add_(origin).clamp_(threat.Minimum, threat.Maximum);

    // The images still under attack. Each change returns a new batch in the outer scope and releases what it replaces.
    private sealed record Batch(Tensor X, Tensor Origin, Tensor Labels, Tensor Active)
    {
        public bool IsEmpty => Active.shape[0] == 0;

        public Batch MoveTo(Tensor x)
        {
            X.Dispose();
            return this with { X = x.MoveToOuterDisposeScope() };
        }

        public Batch Keep(Tensor mask)
        {
            var kept = mask.nonzero().squeeze(1);
            if (kept.shape[0] == Active.shape[0])
                return this;
            return new(Select(X), Select(Origin), Select(Labels), Select(Active));

            Tensor Select(Tensor all)
            {
                using (all)
                    return all.index_select(0, kept).MoveToOuterDisposeScope();
            }
        }
    }
}
