using Empir.Data;
using Empir.Training;
using Empir.Training.Recipes;
using static System.FormattableString;

namespace Empir.CommandLine.Work;

/// <summary>What the user changes about the spec's training; null changes nothing.</summary>
internal sealed record TrainingRequest(int? Epochs, int? BatchSize, double? LearningRate, int? Limit)
{
    /// <exception cref="UserErrorException">The epochs asked for end before the recipe begins to attack, or before the schedule's last milestone.</exception>
    public TrainingSettings Apply(TrainingSettings spec)
    {
        if (spec.Recipe is AttackedRecipe { Delay: var delay } && Epochs <= delay)
            throw new UserErrorException($"--epochs {Epochs} ends within the recipe's delay of {delay} epochs on clean images, and nothing would be attacked. Ask for more.");
        if (spec.Schedule is StepRate { Milestones: [.., var last] } && Epochs <= last)
            throw new UserErrorException($"--epochs {Epochs} ends before the schedule's milestone after {last} epochs, and the learning rate would not fall there. Ask for more.");
        if (spec.Schedule is CosineRate { EtaMin: var end } && LearningRate < end)
            throw new UserErrorException(Invariant($"--learning-rate {LearningRate} is below the schedule's eta_min of {end}, and the rate would rise. Ask for more."));
        return spec with
        {
            Epochs = Epochs ?? spec.Epochs,
            BatchSize = BatchSize ?? spec.BatchSize,
            Optimizer = spec.Optimizer with { LearningRate = LearningRate ?? spec.Optimizer.LearningRate },
            // Of few images no more than a tenth is set aside, or none would be left to train on.
            Validation = Limit is { } limit ? Math.Min(spec.Validation, limit / 10) : spec.Validation,
        };
    }

    /// <summary>Takes over a dataset; a part of its training images has another hash, and so another recipe.</summary>
    /// <exception cref="UserErrorException">More images are asked for than there are.</exception>
    public DatasetSplit Apply(DatasetSplit data)
    {
        if (Limit is not { } limit)
            return data;
        Checked.Available(data.Train, limit, "--limit");
        using var whole = data.Train;
        return data with { Train = whole.First(limit) };
    }
}
