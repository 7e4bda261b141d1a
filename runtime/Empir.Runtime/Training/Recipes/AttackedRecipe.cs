using Empir.Attacks;
using static TorchSharp.torch;

namespace Empir.Training.Recipes;

/// <summary>
/// Training on attacked images: with x' made from x by the attack against the current weights, the loss is the sum over the
/// members of w·CE(f(x), y) + (1 - w)·CE(f(x'), y). The clean and the attacked images are two forward passes, so batch norm
/// sees each kind by itself.
/// </summary>
/// <param name="Epsilon">Largest change of a pixel.</param>
/// <param name="Attack">The attack.</param>
/// <param name="Steps">PGD's gradient steps.</param>
/// <param name="StepSize">Length of PGD's step; epsilon / 4 if not given.</param>
/// <param name="CleanWeight">w: 0 for attacked images alone, 0.5 for the paper's mix.</param>
/// <param name="Delay">Epochs on clean images alone, first.</param>
public abstract record AttackedRecipe(
    double Epsilon, InnerAttack Attack, int Steps, double? StepSize, double CleanWeight, int Delay) : TrainingRecipe
{
    internal override (Attack Attack, double Epsilon)? Validation => TenSteps(Epsilon);

    internal override FormattableString? Line =>
        $"{Word} epsilon {Epsilon} {(Attack == InnerAttack.Pgd ? FormattableString.Invariant($"pgd steps {Steps} step_size {StepLength}") : Attack)} clean_weight {CleanWeight} delay {Delay}";

    private protected abstract string Word { get; }

    private double StepLength => StepSize ?? Epsilon / 4;

    internal override BatchLoss Loss(TrainingBatch batch)
    {
        if (batch.Epoch < Delay)
        {
            var alone = batch.Logits(batch.Images);
            return new(Sum(batch, alone), alone);
        }
        using var images = batch.Attacked(InnerAttacks.Of(Attack, Steps, StepLength), Epsilon);
        if (CleanWeight == 0)
        {
            var attackedAlone = batch.Logits(images);
            return new(Sum(batch, attackedAlone), null, attackedAlone);
        }
        var clean = batch.Logits(batch.Images);
        var attacked = batch.Logits(images);
        return new(Sum(batch, clean).Mul(CleanWeight).Add(Sum(batch, attacked).Mul(1 - CleanWeight)), clean, attacked);
    }

    private static Tensor Sum(TrainingBatch batch, Tensor[] logits) => logits.Select(batch.CrossEntropy).Aggregate((sum, next) => sum.Add(next));
}

/// <summary>Adversarial training of each member by itself (Goodfellow et al.; Madry et al.; Wong et al.).</summary>
/// <inheritdoc cref="AttackedRecipe(double, InnerAttack, int, double?, double, int)" />
public sealed record AdversarialRecipe(
    double Epsilon, InnerAttack Attack = InnerAttack.Pgd, int Steps = 10, double? StepSize = null, double CleanWeight = 0, int Delay = 0)
    : AttackedRecipe(Epsilon, Attack, Steps, StepSize, CleanWeight, Delay)
{
    private protected override string Word => "adversarial";
}

/// <summary>
/// All members trained together: the attack climbs the cross-entropy of their mean probability, and every member learns from
/// its images.
/// </summary>
/// <inheritdoc cref="AttackedRecipe(double, InnerAttack, int, double?, double, int)" />
public sealed record EnsembleAdversarialRecipe(
    double Epsilon, InnerAttack Attack = InnerAttack.Pgd, int Steps = 10, double? StepSize = null, double CleanWeight = 0, int Delay = 0)
    : AttackedRecipe(Epsilon, Attack, Steps, StepSize, CleanWeight, Delay)
{
    /// <inheritdoc />
    public override bool IsJoint => true;

    private protected override string Word => "ensemble_adversarial";
}
