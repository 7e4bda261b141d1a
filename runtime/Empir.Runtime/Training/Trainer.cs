using Empir.Data;
using Empir.Modules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>
/// Trains one member as EMPIR's released code does: Adam on the cross-entropy, every batch full (the last batch of an
/// epoch is shifted back over images already seen), no augmentation. Interrupted, it goes on from its last whole epoch and
/// ends with the same bits.
/// </summary>
/// <param name="card">The member's facts.</param>
/// <param name="settings">How it is trained.</param>
/// <param name="specHash">Hash of the spec, recorded in the checkpoint.</param>
public sealed class Trainer(MemberCard card, TrainingSettings settings, string specHash)
{
    /// <summary>Trains a freshly built member, or goes on where an interrupted run stopped.</summary>
    /// <param name="member">The member with its initial weights, on the device to train on; holds the result afterwards.</param>
    /// <param name="images">The training images.</param>
    /// <param name="checkpoint">Where the trained member is written, atomically; null writes nothing.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="resume">Whether to go on where an interrupted run stopped, instead of from the initial weights.</param>
    /// <param name="cancellation">Stops between two batches; whole epochs are kept on disk.</param>
    /// <exception cref="UserErrorException">An interrupted run's file is damaged or of another recipe, or the loss is no longer a number.</exception>
    public void Train(
        Classifier member, ImageDataset images, string? checkpoint = null,
        IProgress<TrainingProgress>? progress = null, bool resume = true, CancellationToken cancellation = default)
    {
        var recipe = Recipe.Of(card, settings, images.Hash);
        var unfinished = checkpoint is null ? null : UnfinishedPath(checkpoint);
        var adam = settings.Optimizer;
        using var optimizer = new Adam(
            member.parameters(), adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon);
        var done = resume && unfinished is not null && File.Exists(unfinished)
            ? TrainingState.Read(unfinished, member, optimizer, recipe)
            : 0;
        member.train();
        for (var epoch = done; epoch < settings.Epochs; epoch++)
        {
            RunEpoch(member, images, optimizer, epoch, progress, cancellation);
            if (unfinished is not null && epoch + 1 < settings.Epochs)
                TrainingState.Write(unfinished, member, optimizer, epoch + 1, recipe, specHash);
        }
        member.eval();
        if (checkpoint is null)
            return;
        Checkpoint.Write(checkpoint, member, recipe, specHash);
        File.Delete(unfinished!);
    }

    /// <summary>Where an interrupted run of the member at <paramref name="checkpoint" /> keeps its state.</summary>
    /// <param name="checkpoint">The finished member's path.</param>
    public static string UnfinishedPath(string checkpoint) => Path.ChangeExtension(checkpoint, ".unfinished.safetensors");

    private void RunEpoch(
        Classifier member, ImageDataset images, Adam optimizer, int epoch, IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var device = member.parameters().First().device;
        var order = Order(images.Count, epoch);
        var batch = Math.Min(settings.BatchSize, images.Count);
        var (loss, right, seen) = (0.0, 0L, 0L);
        for (var first = 0; first < images.Count; first += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var start = Math.Min(first, images.Count - batch);
            var (batchLoss, batchRight) = Step(member, optimizer, images, order.AsSpan(start, batch), device);
            if (!double.IsFinite(batchLoss))
                throw new UserErrorException(
                    $"{card.Name}: the loss is {batchLoss} in epoch {epoch + 1}; lower the learning rate, now {settings.Optimizer.LearningRate}. Nothing was written for this epoch.");
            loss += batchLoss * batch;
            right += batchRight;
            seen += batch;
            progress?.Report(new(
                card.Name, epoch + 1, settings.Epochs, Math.Min(seen, images.Count), images.Count, loss / seen, (double)right / seen));
        }
    }

    private (double Loss, long Right) Step(
        Classifier member, Adam optimizer, ImageDataset images, ReadOnlySpan<long> indices, Device device)
    {
        using var scope = NewDisposeScope();
        var (x, y) = images.Batch(indices, device);
        optimizer.zero_grad();
        using var logits = member.call(x);
        using var loss = nn.functional.cross_entropy(logits, y, label_smoothing: settings.LabelSmoothing);
        loss.backward();
        optimizer.step();
        using var right = logits.argmax(-1).eq(y).sum();
        return (loss.ToDouble(), right.ToInt64());
    }

    // The epoch's own generator: resuming needs no generator state. Dropout and stochastic rounding draw from the global one, seeded alike.
    private long[] Order(int count, int epoch)
    {
        var seed = unchecked(card.Seed * 1_000_003 + epoch);
        manual_seed(seed);
        using var random = new Generator((ulong)seed, CPU);
        using var order = randperm(count, generator: random);
        return order.data<long>().ToArray();
    }
}
