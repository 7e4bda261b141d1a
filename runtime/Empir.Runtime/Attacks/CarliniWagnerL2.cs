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
    public override bool Supports(Norm norm) => norm == Norm.L2;

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
    internal override bool JoinsImages => Abort == EarlyAbort.WholeBatch;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run)
    {
        var nearest = new Search(run);
        var constant = empty([run.Images.shape[0]], run.Images.dtype, run.Images.device).Fill_(InitialConstant);
        var lower = zeros_like(constant);
        var upper = constant.FullLike(double.PositiveInfinity);
        for (var search = 0; search < SearchSteps; search++)
        {
            using var scope = NewDisposeScope();
            var tried = Descend(run, constant);
            nearest.Record(tried.Best, tried.Scores);
            var found = tried.Scores.isfinite();
            upper.copy_(where(found, minimum(upper, constant), upper));
            lower.copy_(where(found, lower, maximum(lower, constant)));
            constant.copy_(where(upper.isinf(), constant.Mul(10), lower.Add(upper).Div(2)));
        }
        return nearest.BestWithin(run);
    }

    // One descent with fixed constants. Broken images score minus their squared distance.
    private Search Descend(AttackRun run, Tensor constant)
    {
        var search = new Search(run);
        var state = Descent.Start(ToTanhSpace(run.Images, run.Threat), constant);
        var interval = Math.Max(1, Steps / 10);
        for (var step = 0; step < Steps && !search.IsOver; step++)
        {
            using var scope = NewDisposeScope();
            var variable = state.Variable.detach().requires_grad_();
            using var mode = enable_grad();
            var image = FromTanhSpace(state.Origin.Add(variable), run.Threat);
            using var value = search.Run.Evaluate(image);
            var distance = (image - FromTanhSpace(state.Origin, run.Threat)).flatten(1).Square().sum(1);
            var margin = -Losses.Of(Loss.Margin, value.Scores, search.Run.Labels, search.Run.Targets);
            // Scores can be broken before the decision is, such as a vote: whatever is not broken is pushed on.
            var broken = search.Run.Broken(value.Decisions);
            var hinge = where(broken, margin.Add(Confidence).ClampMin(0), margin.Add(Confidence));
            var objective = distance.Add(state.Constant * hinge);
            var gradient = run.Gradient(objective.sum(), variable);

            using var still = no_grad();
            var check = step % interval == 0;
            var stalled = check && Abort != EarlyAbort.Never ? Stalled(objective, state.Previous) : null;
            if (stalled is not null && Abort == EarlyAbort.WholeBatch && stalled.all().ReadBoolean())
                break;
            if (check)
                state.Previous.copy_(objective);

            if (Confidence > 0)
                broken = broken.logical_and(margin.Le(-Confidence));
            search.Record(image, (-distance).MaskedFill(broken.logical_not(), double.NegativeInfinity));
            state.Step(gradient, LearningRate);
            if (stalled is not null && Abort == EarlyAbort.PerImage)
                state = state.Keep(search.Drop(stalled));
        }
        return search;
    }

    private Tensor Stalled(Tensor objective, Tensor previous)
    {
        const double Progress = 0.9999;
        return Abort == EarlyAbort.PerImage
            ? objective.gt(previous.Mul(Progress))
            : objective.sum().gt(previous.sum().Mul(Progress)).expand(objective.shape);
    }

    private Tensor ToTanhSpace(Tensor images, ThreatModel threat)
    {
        var unit = images.Sub(threat.Minimum).Div(threat.Maximum - threat.Minimum);
        return unit.Mul(2).Sub(1).Mul(Shrink).arctanh();
    }

    private static Tensor FromTanhSpace(Tensor variable, ThreatModel threat) =>
        variable.tanh().Add(1).Div(2).Mul(threat.Maximum - threat.Minimum).Add(threat.Minimum);

    // Adam's state for the images still being searched.
    private sealed class Descent
    {
        private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
        private readonly Tensor mean;
        private readonly Tensor square;
        private int steps;

        private Descent(Tensor origin, Tensor variable, Tensor mean, Tensor square, Tensor constant, Tensor previous, int steps) =>
            (Origin, Variable, this.mean, this.square, Constant, Previous, this.steps) = (origin, variable, mean, square, constant, previous, steps);

        public Tensor Origin { get; }

        public Tensor Variable { get; }

        public Tensor Constant { get; }

        // The objective at the last check.
        public Tensor Previous { get; }

        public static Descent Start(Tensor origin, Tensor constant) => new(
            origin, zeros_like(origin), zeros_like(origin), zeros_like(origin), constant.alias(),
            constant.FullLike(double.PositiveInfinity), 0);

        public void Step(Tensor gradient, double learningRate)
        {
            steps++;
            mean.Mul_(Beta1).Add_(gradient, alpha: 1 - Beta1);
            square.Mul_(Beta2).Addcmul_(gradient, gradient, 1 - Beta2);
            using var root = square.Div(1 - Math.Pow(Beta2, steps)).sqrt_().Add_(Epsilon);
            Variable.Addcdiv_(mean, root, -learningRate / (1 - Math.Pow(Beta1, steps)));
        }

        public Descent Keep(Tensor? kept) => kept is null ? this : new(
            Search.Keep(Origin, kept), Search.Keep(Variable, kept), Search.Keep(mean, kept), Search.Keep(square, kept),
            Search.Keep(Constant, kept), Search.Keep(Previous, kept), steps);
    }
}
