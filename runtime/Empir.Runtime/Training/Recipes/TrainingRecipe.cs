using System.Text.Json.Serialization;
using Empir.Attacks;
using Empir.Modules;

namespace Empir.Training.Recipes;

/// <summary>What training minimises. Every cross-entropy in it smooths labels as the settings say; a batch's losses are means over its images.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(StandardRecipe), "standard")]
[JsonDerivedType(typeof(AdversarialRecipe), "adversarial")]
[JsonDerivedType(typeof(TradesRecipe), "trades")]
[JsonDerivedType(typeof(DistillationRecipe), "distillation")]
[JsonDerivedType(typeof(GradientRegularizationRecipe), "gradient_regularization")]
[JsonDerivedType(typeof(EnsembleAdversarialRecipe), "ensemble_adversarial")]
[JsonDerivedType(typeof(DiversityRecipe), "diversity")]
public abstract record TrainingRecipe
{
    /// <summary>Whether all members are trained together, step by step.</summary>
    [JsonIgnore]
    public virtual bool IsJoint => false;

    /// <summary>The member the others learn from, trained first and by itself; null where there is none.</summary>
    [JsonIgnore]
    public virtual MemberCard? Source => null;

    /// <summary>The recipe that a member is trained with: a teacher itself learns from nobody.</summary>
    /// <param name="member">The member.</param>
    public virtual TrainingRecipe ForMember(MemberCard member) => this;

    // Its line in a checkpoint's recipe; null for what every recipe was trained with before there were others.
    internal abstract FormattableString? Line { get; }

    // What the validation images are attacked with, on the members together; null where clean images decide.
    internal virtual (Attack Attack, double Epsilon)? Validation => null;

    /// <summary>Loss of a batch.</summary>
    internal abstract BatchLoss Loss(TrainingBatch batch);

    // Ten steps whatever the training's attack is: against one step alone the epoch that overfits to it would win.
    private protected static (Attack, double)? TenSteps(double epsilon) => (InnerAttacks.Pgd(10, epsilon / 4), epsilon);
}
