using Empir.Attacks;
using Empir.Data;
using Empir.Training.Recipes;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>Shares of right decisions on the validation images.</summary>
/// <param name="Accuracy">On the images as they are.</param>
/// <param name="AdversarialAccuracy">Under the recipe's validation attack; null where it has none.</param>
internal sealed record ValidationResult(double Accuracy, double? AdversarialAccuracy)
{
    /// <summary>What the best epoch is chosen by: robust accuracy where there is one (Rice et al., arXiv 2002.11569), then the clean one.</summary>
    public (double Score, double Accuracy) Rank => (AdversarialAccuracy ?? Accuracy, Accuracy);
}

/// <summary>Measures the learners together, as the class of their highest mean probability, on images set aside.</summary>
internal sealed class Validation(IReadOnlyList<Learner> learners, TrainingRecipe recipe, ImageDataset images, long[] indices, int batchSize)
{
    public ValidationResult Measure(CancellationToken cancellation)
    {
        var surface = new MembersSurface([.. learners.Select(learner => learner.Network)]);
        var device = learners[0].Network.parameters().First().device;
        using var frozen = surface.Freeze();
        var (right, standing) = (0L, 0L);
        foreach (var chunk in indices.Chunk(batchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (x, y) = images.Batch(chunk, device);
            var (correct, held) = Right(surface, x, y, chunk);
            right += correct;
            standing += held;
        }
        return new((double)right / indices.Length, recipe.Validation is null ? null : (double)standing / indices.Length);
    }

    private (long Right, long Standing) Right(MembersSurface surface, Tensor x, Tensor y, long[] chunk)
    {
        var right = surface.Decide(x).eq(y);
        if (recipe.Validation is not var (attack, epsilon))
            return (right.sum().ReadInt64(), 0);
        var input = learners[0].Card.Network.Input;
        // An image that is wrong as it is does not stand, wherever the attack leads it.
        var attacked = attack.Craft(surface, new(Norm.Linf, epsilon, input.Minimum, input.Maximum), x, y, learners[0].Card.Seed, chunk);
        return (right.sum().ReadInt64(), surface.Decide(attacked).eq(y).logical_and(right).sum().ReadInt64());
    }
}
