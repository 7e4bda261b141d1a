using Empir.Data;
using Empir.Training;

namespace Empir.CommandLine.Work;

/// <summary>What the user changes about the spec's training; null changes nothing.</summary>
internal sealed record TrainingRequest(int? Epochs, int? BatchSize, double? LearningRate, int? Limit)
{
    public TrainingSettings Apply(TrainingSettings spec) => spec with
    {
        Epochs = Epochs ?? spec.Epochs,
        BatchSize = BatchSize ?? spec.BatchSize,
        Optimizer = spec.Optimizer with { LearningRate = LearningRate ?? spec.Optimizer.LearningRate },
    };

    /// <summary>The training images; a part of them has another hash, and so another recipe.</summary>
    public ImageDataset Apply(ImageDataset images) => Limit is { } limit ? Checked.First(images, limit, "--limit") : images;
}
