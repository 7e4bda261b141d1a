using System.Text.Json.Serialization;
using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Training.Recipes;

/// <summary>
/// Distillation (Hinton et al., arXiv 1503.02531): (1 - alpha)·CE(f(x), y) + alpha·T²·KL(softmax(t(x)/T)‖softmax(f(x)/T)), with t
/// the trained teacher. Its soft labels are computed from the very images the student sees, so they cannot be mixed up as in
/// the paper's released code. Unlike defensive distillation (Papernot et al., arXiv 1511.04508) the teacher is trained as
/// ever, at temperature 1.
/// </summary>
/// <param name="Teacher">The member that the others learn from; trained with the standard recipe.</param>
/// <param name="Temperature">T.</param>
/// <param name="Alpha">The teacher's share of the loss.</param>
public sealed record DistillationRecipe([property: JsonIgnore] MemberCard Teacher, double Temperature = 4, double Alpha = 0.7) : TrainingRecipe
{
    /// <summary>The teacher's name.</summary>
    [JsonPropertyName("teacher")]
    public string TeacherName => Teacher.Name;

    /// <inheritdoc />
    public override MemberCard? Source => Teacher;

    internal override FormattableString? Line => $"distillation temperature {Temperature} alpha {Alpha}";

    /// <inheritdoc />
    public override TrainingRecipe ForMember(MemberCard member) => member.Name == Teacher.Name ? new StandardRecipe() : this;

    internal override BatchLoss Loss(TrainingBatch batch)
    {
        var logits = batch.Logits(batch.Images);
        Tensor soft;
        using (no_grad())
            soft = batch.Teacher!.call(batch.Images);
        var divergence = Divergence.Sum(soft.Div(Temperature).log_softmax(-1), logits[0].Div(Temperature).log_softmax(-1)).Div(batch.Labels.shape[0]);
        return new(batch.CrossEntropy(logits[0]).Mul(1 - Alpha).Add(divergence.Mul(Alpha * Temperature * Temperature)), logits);
    }
}
