using System.Globalization;
using System.Text.Json.Serialization;
using Empir.Training.Recipes;

namespace Empir.Training;

/// <summary>How the members of an ensemble are trained; the spec's <c>training</c> section.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="BatchSize">Images per step; the last batch of an epoch is filled up with images seen before.</param>
/// <param name="Optimizer">The optimiser.</param>
/// <param name="LabelSmoothing">PyTorch's label_smoothing s: the target is (1 - s)·onehot + s/classes.</param>
public sealed record TrainingSettings(
    string Dataset, int Epochs, int BatchSize, OptimizerSettings Optimizer, double LabelSmoothing = 0)
{
    /// <summary>How the learning rate changes from step to step.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantRate();

    /// <summary>Largest L2 norm of all gradients together, as PyTorch's clip_grad_norm_; null clips nothing.</summary>
    public double? GradientClip { get; init; }

    /// <summary>Random changes of the training images; null for none.</summary>
    public AugmentationSettings? Augmentation { get; init; }

    /// <summary>Training images set aside to choose the best epoch by; 0 keeps the last epoch. The test set chooses nothing.</summary>
    public int Validation { get; init; }

    /// <summary>What is minimised.</summary>
    public TrainingRecipe Recipe { get; init; } = new StandardRecipe();

    /// <summary>The settings as a checkpoint's recipe has them, a line each; what is left at its default has none.</summary>
    [JsonIgnore]
    public IEnumerable<string> Lines => With(Recipe);

    // The same for a member that is trained with another recipe.
    internal IEnumerable<string> With(TrainingRecipe recipe)
    {
        yield return Text($"epochs {Epochs}");
        yield return Text($"batch_size {BatchSize}");
        yield return Text(Optimizer.Line);
        yield return Text($"label_smoothing {LabelSmoothing}");
        if (Schedule.Line is { } schedule)
            yield return Text(schedule);
        if (GradientClip is { } clip)
            yield return Text($"gradient_clip {clip}");
        if (Augmentation is { } augmentation)
            yield return Text(augmentation.Line);
        if (Validation > 0)
            yield return Text($"validation {Validation}");
        if (recipe.Line is { } line)
            yield return Text(line);
    }

    private static string Text(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
