using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// Auto-PGD (Croce and Hein, arXiv 2003.01690, section 4 and algorithm 1): steps with momentum from a random start at the
/// ball's edge, of a length that starts at twice the radius and is halved, going back to the best point so far, at
/// checkpoints where the loss rose too seldom. No step size to choose.
/// </summary>
public sealed record Apgd : Attack
{
    /// <inheritdoc />
    public override string Name => (TargetClasses > 0, Loss) switch
    {
        (true, _) => "APGD-T",
        (_, Loss.CrossEntropy) => "APGD-CE",
        (_, Loss.Margin) => "APGD-margin",
        _ => "APGD-DLR",
    };

    /// <summary>What is climbed.</summary>
    public Loss Loss { get; init; } = Loss.CrossEntropy;

    /// <summary>Gradient steps of each start.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Random starts; each after the first attacks only what is not broken yet.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Share of the steps since the last checkpoint that must have raised the loss.</summary>
    public double Rho { get; init; } = 0.75;

    /// <summary>
    /// With a number above 0 the loss leads in turn to that many of the likeliest other classes, each with all restarts; any
    /// other class than the label still counts. Not used where the run itself has targets.
    /// </summary>
    public int TargetClasses { get; init; }

    /// <inheritdoc />
    public override int GradientSteps => Math.Max(1, TargetClasses) * Restarts * Steps;

    /// <inheritdoc />
    protected override Tensor Perturb(AttackRun run) => Restart.Toward(run, TargetClasses, Restarts, Climb).Best;

    /// <summary>
    /// Where the step's length is checked: w_j = ceil(p_j·steps), p_0 = 0, p_1 = 0.22,
    /// p_{j+1} = p_j + max(p_j - p_{j-1} - 0.03, 0.06).
    /// </summary>
    internal static IReadOnlyList<int> Checkpoints(int steps)
    {
        var (before, next) = (0.0, 0.22);
        var all = new List<int> { 0 };
        while (next <= 1 + 1e-9)
        {
            all.Add((int)Math.Ceiling((next * steps) - 1e-9));
            (before, next) = (next, next + Math.Max(next - before - 0.03, 0.06));
        }
        return all;
    }

    private Search Climb(AttackRun whole, int draw)
    {
        var search = new Search(whole);
        var start = whole.SurfaceNoise(draw).Add_(whole.Images).Clamp_(whole.Threat.Minimum, whole.Threat.Maximum);
        var state = new State(start, whole.Reach.flatten().Mul_(2));
        var checkpoints = Checkpoints(Steps);
        var next = 1;
        for (var step = 0; step <= Steps && !search.IsOver; step++)
        {
            using var scope = NewDisposeScope();
            var run = search.Run;
            var (loss, broken, gradient) = run.Examine(state.X, Loss, climb: step < Steps);
            search.Record(state.X, loss, broken);
            if (gradient is null)
                break;
            state.Note(loss, gradient, first: step == 0);
            if (next < checkpoints.Count && step == checkpoints[next])
            {
                state.Check(Rho * (checkpoints[next] - checkpoints[next - 1]));
                next++;
            }
            state.Keep(search.Drop(broken));
            if (!search.IsOver)
                state.Move(search.Run, momentum: step > 0);
        }
        return search;
    }

    // One row per image that is not broken. Numbers per image are [n].
    private sealed class State(Tensor x, Tensor stepSize)
    {
        private Tensor x = x, previous = x.clone(), gradient = zeros_like(x);
        private Tensor best = x.clone(), bestGradient = zeros_like(x);
        private Tensor stepSize = stepSize, loss = Lowest(stepSize), bestLoss = Lowest(stepSize), bestAtCheck = Lowest(stepSize);
        private Tensor rises = zeros_like(stepSize), halved = zeros_like(stepSize);

        public Tensor X => x;

        // What the last step led to.
        public void Note(Tensor newLoss, Tensor newGradient, bool first)
        {
            using var scope = NewDisposeScope();
            if (!first)
                rises.Add_(newLoss.gt(loss).to(rises.dtype));
            loss.copy_(newLoss);
            gradient.copy_(newGradient);
            var better = newLoss.gt(bestLoss);
            var rows = better.nonzero().squeeze(1);
            best.index_copy_(0, rows, x.index_select(0, rows));
            bestGradient.index_copy_(0, rows, gradient.index_select(0, rows));
            bestLoss.copy_(where(better, newLoss, bestLoss));
            if (first)
                bestAtCheck.copy_(bestLoss);
        }

        // Conditions 1 and 2 of the paper: the loss rose in too few steps, or a length that was not just halved brought nothing.
        public void Check(double enough)
        {
            using var scope = NewDisposeScope();
            var halve = rises.Lt(enough).logical_or(halved.Eq(0).logical_and(bestAtCheck.ge(bestLoss)));
            halved.copy_(halve);
            bestAtCheck.copy_(bestLoss);
            rises.zero_();
            stepSize.mul_(halved.Div(2).Rsub(1));
            var rows = halve.nonzero().squeeze(1);
            x.index_copy_(0, rows, best.index_select(0, rows));
            gradient.index_copy_(0, rows, bestGradient.index_select(0, rows));
        }

        // z = P(x + η·direction), x ← P(x + α(z - x) + (1 - α)(x - x')), with α 0.75, and 1 in the first step.
        public void Move(AttackRun run, bool momentum)
        {
            const double Alpha = 0.75;
            using var scope = NewDisposeScope();
            var direction = Projections.Steepest(gradient, run.Threat.Norm);
            var z = run.Project(direction.mul_(Projections.PerImage(stepSize, x.dim())).Add_(x));
            if (momentum)
                z = run.Project(z.sub_(x).Mul_(Alpha).Add_(x).Add_(x - previous, alpha: 1 - Alpha));
            previous.copy_(x);
            x.copy_(z);
        }

        public void Keep(Tensor? kept)
        {
            (x, previous, gradient) = (Search.Keep(x, kept), Search.Keep(previous, kept), Search.Keep(gradient, kept));
            (best, bestGradient) = (Search.Keep(best, kept), Search.Keep(bestGradient, kept));
            (stepSize, loss) = (Search.Keep(stepSize, kept), Search.Keep(loss, kept));
            (bestLoss, bestAtCheck) = (Search.Keep(bestLoss, kept), Search.Keep(bestAtCheck, kept));
            (rises, halved) = (Search.Keep(rises, kept), Search.Keep(halved, kept));
        }

        private static Tensor Lowest(Tensor like) => like.FullLike(double.NegativeInfinity);
    }
}
