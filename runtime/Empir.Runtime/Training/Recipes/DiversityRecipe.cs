using static TorchSharp.torch;

namespace Empir.Training.Recipes;

/// <summary>
/// Adaptive diversity promoting training (ADP; Pang et al., arXiv 1901.08846, equations 4 to 6), all members together:
/// Σ CE(f_k(x), y) - alpha·H(mean p) - beta·log det(MᵀM), where H is the entropy of the mean probability and the columns of M are the
/// members' probabilities of the classes other than y, each of unit length. As in the authors' code 1e-6 is added to the diagonal.
/// </summary>
/// <param name="Alpha">Weight of the entropy.</param>
/// <param name="Beta">Weight of the log-determinant.</param>
public sealed record DiversityRecipe(double Alpha = 2, double Beta = 0.5) : TrainingRecipe
{
    private const double Ridge = 1e-6;

    private const double Tiny = 1e-20;

    /// <inheritdoc />
    public override bool IsJoint => true;

    internal override FormattableString? Line => $"diversity alpha {Alpha} beta {Beta}";

    internal override BatchLoss Loss(TrainingBatch batch)
    {
        var logits = batch.Logits(batch.Images);
        var crossEntropy = logits.Select(batch.CrossEntropy).Aggregate((sum, next) => sum.Add(next));
        var probabilities = stack([.. logits.Select(each => each.softmax(-1))], 1);                                     // [N, M, classes]
        var mean = probabilities.mean([1]);
        var entropy = -(mean * mean.Add(Tiny).log()).sum([1]).mean();
        var own = nn.functional.one_hot(batch.Labels, mean.shape[1]).unsqueeze(1).to(ScalarType.Bool);
        // e^z / |e^z| is the root of softmax(2z): of unit length even where softmax(z) is next to nothing.
        var columns = stack([.. logits], 1).MaskedFill(own, double.NegativeInfinity).Mul(2).log_softmax(-1).Mul(0.5).exp();
        var gram = columns.matmul(columns.transpose(1, 2)).Add(eye(logits.Length, dtype: mean.dtype, device: mean.device).Mul(Ridge));
        var (_, logDeterminant) = linalg.slogdet(gram);
        return new(crossEntropy - entropy.Mul(Alpha) - logDeterminant.mean().Mul(Beta), logits);
    }
}
