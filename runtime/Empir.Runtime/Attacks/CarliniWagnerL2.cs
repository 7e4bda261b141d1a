using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>When Carlini and Wagner's attack gives up early; checked ten times a search.</summary>
public enum EarlyAbort
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>An image whose objective no longer falls leaves the batch; an objective that falls late is missed.</summary>
    PerImage,

    /// <summary>All images stop once the batch's summed objective no longer falls, and what that step found is lost: the released code's rule.</summary>
    WholeBatch,
}

/// <summary>
/// Carlini and Wagner's L2 attack (arXiv 1608.04644): minimises ||x' - x||² + c·max(0, z_y - max z_j + confidence) with Adam
/// over an unbounded variable that tanh maps into the box; the maximum with 0 is taken only once the decision is changed.
/// Returns the nearest image that is broken, or the image itself.
/// </summary>
public sealed record CarliniWagnerL2 : Attack
{
    /// <inheritdoc />
    public override string Name => "CW-L2";

    /// <inheritdoc />
    public override Norm Norm => Norm.L2;

    /// <summary>Adam steps in each search step.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Adam's step size, in tanh space.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Searches for the constant c, each image its own: halved after success, raised after failure.</summary>
    public int SearchSteps { get; init; } = 9;

    /// <summary>The first c.</summary>
    public double InitialConstant { get; init; } = 1e-3;

    /// <summary>Margin of scores by which an image must be broken.</summary>
    public double Confidence { get; init; }

    /// <summary>When to give up early.</summary>
    public EarlyAbort Abort { get; init; } = EarlyAbort.Never;

    /// <summary>Factor on the pixels in [-1, 1] before their arctanh; below 1, so that pixels at the box's sides can move.</summary>
    public double Shrink { get; init; } = 0.999999;

    /// <inheritdoc />
    public override int GradientSteps => SearchSteps * Steps;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        var count = run.Images.shape[0];
        var options = (dtype: run.Images.dtype, device: run.Images.device);
        var best = run.Images.clone();
        var bestDistance = full([count], double.PositiveInfinity, options.dtype, options.device);
        var constant = full([count], InitialConstant, options.dtype, options.device);
        var lower = zeros_like(constant);
        var upper = full_like(constant, double.PositiveInfinity);
        for (var search = 0; search < SearchSteps; search++)
        {
            using var scope = NewDisposeScope();
            var found = Search(run, constant, best, bestDistance);
            upper.copy_(where(found, minimum(upper, constant), upper));
            lower.copy_(where(found, lower, maximum(lower, constant)));
            constant.copy_(where(upper.isinf(), constant * 10, (lower + upper) / 2));
        }

        // A bounded threat model turns the nearest broken image into a success or a failure.
        var outside = (best - run.Images).flatten(1).square().sum(1).sqrt().gt(run.Threat.Epsilon);
        return where(outside.view([-1, .. Enumerable.Repeat(1L, (int)best.dim() - 1)]), run.Images, best);
    }

    // One descent with fixed constants; records nearer broken images and tells which images it broke.
    private Tensor Search(AttackRun run, Tensor constant, Tensor best, Tensor bestDistance)
    {
        var found = zeros_like(constant, ScalarType.Bool);
        var previous = full_like(constant, double.PositiveInfinity);
        var state = Descent.Start(ToTanhSpace(run.Images, run.Threat), run.Labels, constant);
        var interval = Math.Max(1, Steps / 10);
        for (var step = 0; step < Steps && state.Active.shape[0] > 0; step++)
        {
            using var scope = NewDisposeScope();
            var variable = state.Variable.detach().requires_grad_();
            using var mode = enable_grad();
            var image = FromTanhSpace(state.Origin + variable, run.Threat);
            using var value = run.Evaluate(image);
            var distance = (image - FromTanhSpace(state.Origin, run.Threat)).flatten(1).square().sum(1);
            var margin = Margin(value.Scores, state.Labels);
            // Scores can be broken before the decision is, such as a vote: whatever is not broken is pushed on.
            var unbroken = value.Decisions.eq(state.Labels);
            var hinge = where(unbroken, margin + Confidence, (margin + Confidence).clamp_min(0));
            var objective = distance + state.Constant * hinge;
            var gradient = run.Gradient(objective.sum(), variable);

            using var still = no_grad();
            var check = step % interval == 0;
            var stalled = check && Abort != EarlyAbort.Never
                ? Stalled(objective, previous.index_select(0, state.Active))
                : null;
            if (stalled is not null && Abort == EarlyAbort.WholeBatch && stalled.all().ToBoolean())
                break;
            if (check)
                previous.index_copy_(0, state.Active, objective);

            var broken = unbroken.logical_not();
            if (Confidence > 0)
                broken = broken.logical_and(margin.le(-Confidence));
            found.index_copy_(0, state.Active, found.index_select(0, state.Active).logical_or(broken));
            var nearer = broken.logical_and(distance.lt(bestDistance.index_select(0, state.Active))).nonzero().squeeze(1);
            var chosen = state.Active.index_select(0, nearer);
            best.index_copy_(0, chosen, image.index_select(0, nearer));
            bestDistance.index_copy_(0, chosen, distance.index_select(0, nearer));

            state.Descend(gradient, LearningRate);
            if (stalled is not null && Abort == EarlyAbort.PerImage)
                state = state.Keep(stalled.logical_not());
        }
        return found;
    }

    private Tensor Stalled(Tensor objective, Tensor previous)
    {
        const double Progress = 0.9999;
        return Abort == EarlyAbort.PerImage
            ? objective.gt(previous * Progress)
            : objective.sum().gt(previous.sum() * Progress).expand(objective.shape);
    }

    // z_y - max over the other classes: negative once the scores are broken.
    private static Tensor Margin(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var own = nn.functional.one_hot(labels, scores.shape[1]).to(ScalarType.Bool);
        var other = scores.masked_fill(own, double.NegativeInfinity).amax([1]);
        return (scores.gather(1, labels.unsqueeze(1)).squeeze(1) - other).MoveToOuterDisposeScope();
    }

    private Tensor ToTanhSpace(Tensor images, ThreatModel threat)
    {
        var unit = (images - threat.Minimum) / (threat.Maximum - threat.Minimum);
        return ((unit * 2 - 1) * Shrink).arctanh();
    }

    private static Tensor FromTanhSpace(Tensor variable, ThreatModel threat) =>
        (variable.tanh() + 1) / 2 * (threat.Maximum - threat.Minimum) + threat.Minimum;

    // Adam's state for the images still being searched.
    private sealed class Descent
    {
        private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
        private readonly Tensor mean;
        private readonly Tensor square;
        private int steps;

        private Descent(Tensor origin, Tensor variable, Tensor mean, Tensor square, Tensor labels, Tensor constant, Tensor active, int steps)
        {
            (Origin, Variable, this.mean, this.square) = (origin, variable, mean, square);
            (Labels, Constant, Active, this.steps) = (labels, constant, active, steps);
        }

        public Tensor Origin { get; }

        public Tensor Variable { get; }

        public Tensor Labels { get; }

        public Tensor Constant { get; }

        public Tensor Active { get; }

        public static Descent Start(Tensor origin, Tensor labels, Tensor constant) => new(
            origin, zeros_like(origin), zeros_like(origin), zeros_like(origin), labels.alias(), constant.alias(),
            arange(labels.shape[0], device: labels.device), 0);

        public void Descend(Tensor gradient, double learningRate)
        {
            steps++;
            mean.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
            square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            using var root = (square / (1 - Math.Pow(Beta2, steps))).sqrt_().add_(Epsilon);
            Variable.addcdiv_(mean, root, -learningRate / (1 - Math.Pow(Beta1, steps)));
        }

        public Descent Keep(Tensor mask)
        {
            var kept = mask.nonzero().squeeze(1);
            return kept.shape[0] == Active.shape[0]
                ? this
                : new(Select(Origin), Select(Variable), Select(mean), Select(square), Select(Labels), Select(Constant), Select(Active), steps);

            Tensor Select(Tensor all)
            {
                using (all)
                    return all.index_select(0, kept).MoveToOuterDisposeScope();
            }
        }
    }
}
