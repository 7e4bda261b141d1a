using Empir.Attacks;
using Empir.Data;
using Empir.Modules;
using Empir.Training.Recipes;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>One pass over the training images: every batch full, the last one shifted back over images already seen.</summary>
internal sealed class TrainingEpoch(
    IReadOnlyList<Learner> learners, TrainingSettings settings, ImageDataset images, long[] indices, Optimization optimization, Classifier? teacher)
{
    private readonly Classifier[] members = [.. learners.Select(learner => learner.Network)];
    private readonly TrainingRecipe recipe = settings.Recipe.ForMember(learners[0].Card);

    private int Batch => Math.Min(settings.BatchSize, indices.Length);

    /// <summary>Steps of an epoch.</summary>
    public long Steps => (indices.Length + Batch - 1) / Batch;

    /// <summary>Trains.</summary>
    /// <param name="epoch">Epochs done.</param>
    /// <param name="tally">The batches done, which is where it goes on; adds those that follow.</param>
    /// <param name="tell">Told after every batch but the last, once per member.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <returns>What would be told after the last batch.</returns>
    /// <exception cref="UserErrorException">The loss or a weight is no longer finite.</exception>
    public IReadOnlyList<TrainingProgress> Run(int epoch, EpochTally tally, Action<TrainingProgress> tell, CancellationToken cancellation)
    {
        var order = Order(epoch);
        while (tally.Batches < Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            var first = (int)tally.Batches * Batch;
            Step(order.AsSpan(Math.Min(first, order.Length - Batch), Batch).ToArray(), epoch, (epoch * Steps) + tally.Batches, tally);
            if (tally.Batches < Steps)
                foreach (var progress in Now())
                    tell(progress);
        }
        // The loss is of the weights before a step: what the last one did is seen here only.
        CheckWeights(epoch);
        return Now();

        TrainingProgress[] Now() => [.. learners.Select((learner, member) => new TrainingProgress(
            learner.Card.Name, epoch + 1, settings.Epochs, Math.Min((int)tally.Batches * Batch, order.Length), order.Length, tally.Loss,
            tally.Clean(member), tally.Attacked(member)))];
    }

    private void Step(long[] chosen, int epoch, long step, EpochTally tally)
    {
        // Dropout and stochastic rounding draw from the global generator; seeded for the step, it needs no keeping.
        using var _ = manual_seed(unchecked((learners[0].Card.Seed * 1_000_003) + step));
        using var scope = NewDisposeScope();
        var seed = ImageRandom.Mix(learners[0].Card.Seed, epoch);
        var (x, y) = images.Batch(chosen, members[0].parameters().First().device, settings.Augmentation?.Cut(seed));
        var batch = new TrainingBatch(
            members, settings.Augmentation?.Apply(x, chosen, seed) ?? x, y, chosen, epoch, seed, settings.LabelSmoothing, teacher);
        var loss = recipe.Loss(batch);
        optimization.Step(loss.Loss, settings.Schedule.Rate(settings.Optimizer.LearningRate, step, Steps, settings.Epochs));
        var value = loss.Loss.ReadDouble();
        if (!double.IsFinite(value))
            throw Diverged(string.Join(", ", learners.Select(learner => learner.Card.Name)), $"the loss is {value} in epoch {epoch + 1}");
        tally.Add(value, loss, y);
    }

    /// <summary>Makes sure that what is about to be kept can be gone on from.</summary>
    /// <exception cref="UserErrorException">A weight is no longer finite.</exception>
    public void CheckWeights(int epoch)
    {
        using var scope = NewDisposeScope();
        foreach (var learner in learners)
            if (learner.Network.state_dict().Values.Any(value => !value.isfinite().all().ReadBoolean()))
                throw Diverged(learner.Card.Name, $"the weights are no longer finite in epoch {epoch + 1}");
    }

    private UserErrorException Diverged(string who, string what) =>
        new($"{who}: {what}; lower the learning rate, now {settings.Optimizer.LearningRate}. What was kept before is left as it was.");

    // The epoch's own generator: resuming needs no generator state.
    private long[] Order(int epoch)
    {
        using var random = new Generator((ulong)unchecked((learners[0].Card.Seed * 1_000_003) + epoch), CPU);
        using var order = randperm(indices.Length, generator: random);
        return [.. order.data<long>().ToArray().Select(place => indices[place])];
    }
}
