namespace Empir.Training.Recipes;

/// <summary>The cross-entropy of the clean images.</summary>
public sealed record StandardRecipe : TrainingRecipe
{
    internal override FormattableString? Line => null;

    internal override BatchLoss Loss(TrainingBatch batch)
    {
        var logits = batch.Logits(batch.Images);
        return new(batch.CrossEntropy(logits[0]), logits);
    }
}
