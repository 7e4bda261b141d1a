using Empir.Attacks;
using static TorchSharp.torch;

namespace Empir.Training.Recipes;

/// <summary>
/// TRADES (Zhang et al., arXiv 1901.08573, equation 5): CE(f(x), y) + beta·KL(p(x)‖p(x')), where x' climbs KL(p(x)‖p(x')) by
/// projected sign steps from x + 0.001·N(0, 1). As in the authors' code, x' is made in evaluation mode and gradients flow
/// through both sides of the divergence.
/// </summary>
/// <param name="Epsilon">Largest change of a pixel.</param>
/// <param name="Beta">Weight of the divergence, 1/λ in the paper.</param>
/// <param name="Steps">Gradient steps.</param>
/// <param name="StepSize">Length of a step; epsilon / 4 if not given.</param>
public sealed record TradesRecipe(double Epsilon, double Beta = 6, int Steps = 10, double? StepSize = null) : TrainingRecipe
{
    // The divergence has no gradient at x itself.
    private const double StartDeviation = 0.001;

    internal override FormattableString? Line => $"trades epsilon {Epsilon} beta {Beta} steps {Steps} step_size {StepLength}";

    internal override (Attack Attack, double Epsilon)? Validation => TenSteps(Epsilon);

    // What x' is made with.
    internal Attack Ascent => new DivergenceAscent(Steps, StepLength);

    private double StepLength => StepSize ?? Epsilon / 4;

    internal override BatchLoss Loss(TrainingBatch batch)
    {
        using var images = batch.Attacked(Ascent, Epsilon);
        var clean = batch.Logits(batch.Images);
        var attacked = batch.Logits(images);
        var divergence = Divergence.Sum(clean[0].log_softmax(-1), attacked[0].log_softmax(-1)).Div(batch.Labels.shape[0]);
        return new(batch.CrossEntropy(clean[0]).Add(divergence.Mul(Beta)), clean, attacked);
    }

    private sealed record DivergenceAscent(int Steps, double StepSize) : Attack
    {
        public override string Name => "TRADES";

        public override int GradientSteps => Steps;

        protected override Tensor Perturb(AttackRun run)
        {
            var clean = Scores(run, run.Images).detach();
            var x = run.Project(run.Draw(0, (noise, _, random) => noise.normal_(0, StartDeviation, random)).Add_(run.Images));
            for (var step = 0; step < Steps; step++)
            {
                using var scope = NewDisposeScope();
                var leaf = x.detach().requires_grad_(true);
                var direction = run.Gradient(Divergence.Sum(clean, Scores(run, leaf)), leaf).sign_();
                using var _ = no_grad();
                run.Project(x.Add_(direction, StepSize));
            }
            return x;
        }

        private static Tensor Scores(AttackRun run, Tensor images) => run.Evaluate(images).Scores.log_softmax(-1);
    }
}
