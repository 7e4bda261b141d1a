using System.Diagnostics;
using Empir.Data;
using Empir.Modules;
using Empir.Training.Recipes;

namespace Empir.Training;

/// <summary>
/// Trains members as their settings say: each by itself, or all together where the recipe is a joint one. Every batch is full,
/// as in EMPIR's released code: the last batch of an epoch is shifted back over images already seen. Interrupted at any moment,
/// it goes on from the last state it kept, and ends with the same bits: after every epoch, when it is stopped, and every five minutes between.
/// </summary>
/// <param name="cards">The facts of the members trained together; one where they are trained each by itself.</param>
/// <param name="settings">How they are trained.</param>
/// <param name="specHash">Hash of the spec, recorded in the checkpoint.</param>
/// <param name="imported">The recipes that imported members' checkpoints carry, by name; see <see cref="Recipe.Of" />.</param>
public sealed class Trainer(
    IReadOnlyList<MemberCard> cards, TrainingSettings settings, string specHash, IReadOnlyDictionary<string, string>? imported = null)
{
    /// <summary>How often an epoch is kept that is not done: of one that takes hours, a kill or a power cut loses no more, and a validation.</summary>
    internal TimeSpan KeepEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A trainer of one member by itself.</summary>
    /// <param name="card">The member's facts.</param>
    /// <param name="settings">How it is trained.</param>
    /// <param name="specHash">Hash of the spec, recorded in the checkpoint.</param>
    public Trainer(MemberCard card, TrainingSettings settings, string specHash) : this([card], settings, specHash)
    {
    }

    /// <summary>Trains one freshly built member, or goes on where an interrupted run stopped.</summary>
    /// <param name="member">The member with its initial weights, on the device to train on; holds the result afterwards.</param>
    /// <param name="images">The training images.</param>
    /// <param name="checkpoint">Where the trained member is written, atomically, with its metrics beside it; null writes nothing.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="resume">Whether to go on where an interrupted run stopped, instead of from the initial weights.</param>
    /// <param name="teacher">The trained teacher, where the recipe has one.</param>
    /// <param name="cancellation">Stops between two batches; what is done is kept on disk.</param>
    /// <exception cref="UserErrorException">
    /// An interrupted run's file is damaged or of another recipe, there are too few images, or the loss or a weight is no longer finite.
    /// </exception>
    public void Train(
        Classifier member, ImageDataset images, string? checkpoint = null, IProgress<TrainingProgress>? progress = null,
        bool resume = true, Classifier? teacher = null, CancellationToken cancellation = default) =>
        TrainTogether([member], images, checkpoint is null ? null : [checkpoint], progress, resume, teacher, cancellation);

    /// <summary>Trains freshly built members together, or goes on where an interrupted run stopped.</summary>
    /// <param name="members">The members with their initial weights, on the device to train on; hold the result afterwards.</param>
    /// <param name="images">The training images.</param>
    /// <param name="checkpoints">Where the trained members are written, one each; null writes nothing.</param>
    /// <param name="progress">Told after every batch, of every member.</param>
    /// <param name="resume">Whether to go on where an interrupted run stopped, instead of from the initial weights.</param>
    /// <param name="teacher">The trained teacher, where the recipe has one.</param>
    /// <param name="cancellation">Stops between two batches; what is done is kept on disk.</param>
    /// <exception cref="ArgumentException">There are more or fewer members than facts of them, several for a recipe that is none for several, or no teacher where one is needed.</exception>
    /// <exception cref="UserErrorException">
    /// An interrupted run's file is damaged or of another recipe, there are too few images, or the loss or a weight is no longer finite.
    /// </exception>
    public void TrainTogether(
        IReadOnlyList<Classifier> members, ImageDataset images, IReadOnlyList<string>? checkpoints = null,
        IProgress<TrainingProgress>? progress = null, bool resume = true, Classifier? teacher = null, CancellationToken cancellation = default)
    {
        var recipe = settings.Recipe.ForMember(cards[0]);
        Check(members, recipe, teacher);
        Learner[] learners = [.. cards.Zip(members, (card, member) => new Learner(card, member))];
        var split = ImageSplit.Of(images.Count, settings.Validation);
        var text = Recipe.Of(cards[0], settings, images.Hash, cards, imported);
        var unfinished = checkpoints is null ? null : UnfinishedPath(checkpoints);
        using var frozen = teacher?.Freeze();
        using var optimization = new Optimization(settings, learners);
        using var best = new BestEpoch(learners);
        var epochs = new TrainingEpoch(learners, settings, images, split.Training, optimization, teacher);
        var state = new TrainingState(learners, optimization, best);
        var (done, begun) = resume && File.Exists(unfinished) ? state.Read(unfinished, text, epochs.Steps) : default;
        MetricsFile[] metrics = [.. (checkpoints ?? []).Select(checkpoint => new MetricsFile(checkpoint, done))];
        var validation = settings.Validation == 0 ? null : new Validation(learners, recipe, images, split.Validation, settings.BatchSize);
        var measured = default(ValidationResult);
        foreach (var member in members)
            member.train();
        for (var epoch = done; epoch < settings.Epochs; epoch++)
        {
            var tally = begun ?? EpochTally.Empty(learners.Length);
            begun = null;
            var (clock, before, kept) = (Stopwatch.StartNew(), tally.Seconds, TimeSpan.Zero);
            IReadOnlyList<TrainingProgress> last;
            try
            {
                last = epochs.Run(epoch, tally, now =>
                {
                    progress?.Report(With(now, measured));
                    if (clock.Elapsed - kept > KeepEvery)
                        Keep();
                }, cancellation);
                if (validation is not null)
                    best.Offer((measured = validation.Measure(cancellation)).Rank);
            }
            catch (OperationCanceledException) when (tally.Batches > 0)
            {
                Keep();
                throw;
            }
            var rate = settings.Schedule.Rate(settings.Optimizer.LearningRate, ((epoch + 1) * epochs.Steps) - 1, epochs.Steps, settings.Epochs);
            for (var member = 0; member < learners.Length; member++)
            {
                var now = With(last[member], measured);
                if (metrics.Length > 0)
                    metrics[member].Add(new(
                        now.Epoch, now.Loss, now.Accuracy, now.AdversarialAccuracy, now.ValidationAccuracy, now.ValidationAdversarialAccuracy,
                        rate, before + clock.Elapsed.TotalSeconds));
                progress?.Report(now);
            }
            if (unfinished is not null && epoch + 1 < settings.Epochs)
                state.Write(unfinished, epoch + 1, begun: null, text, specHash);

            void Keep()
            {
                epochs.CheckWeights(epoch);
                (kept, tally.Seconds) = (clock.Elapsed, before + clock.Elapsed.TotalSeconds);
                if (unfinished is not null)
                    state.Write(unfinished, epoch, tally, text, specHash);
            }
        }
        best.Restore();
        foreach (var member in members)
            member.eval();
        if (checkpoints is null)
            return;
        // The state goes last: killed in between, the last epoch is done again.
        for (var member = 0; member < learners.Length; member++)
            Checkpoint.Write(checkpoints[member], members[member], Recipe.Of(cards[member], settings, images.Hash, cards, imported), specHash);
        File.Delete(unfinished!);
    }

    /// <summary>Where an interrupted run of the member at <paramref name="checkpoint" /> keeps its state.</summary>
    /// <param name="checkpoint">The finished member's path.</param>
    public static string UnfinishedPath(string checkpoint) => Path.ChangeExtension(checkpoint, ".unfinished.safetensors");

    /// <summary>Where an interrupted run of members trained together keeps its state.</summary>
    /// <param name="checkpoints">The finished members' paths.</param>
    public static string UnfinishedPath(IReadOnlyList<string> checkpoints) => checkpoints.Count == 1
        ? UnfinishedPath(checkpoints[0])
        : Path.Combine(Path.GetDirectoryName(checkpoints[0]) ?? "", UnfinishedPath("members"));

    private static TrainingProgress With(TrainingProgress now, ValidationResult? measured) => now with
    {
        ValidationAccuracy = measured?.Accuracy,
        ValidationAdversarialAccuracy = measured?.AdversarialAccuracy,
    };

    private void Check(IReadOnlyList<Classifier> members, TrainingRecipe recipe, Classifier? teacher)
    {
        if (members.Count != cards.Count)
            throw new ArgumentException($"{members.Count} members, but facts of {cards.Count}.", nameof(members));
        if (members.Count > 1 && !recipe.IsJoint)
            throw new ArgumentException($"{settings.Recipe} trains each member by itself.", nameof(members));
        if (recipe.Source is { } source && teacher is null)
            throw new ArgumentException($"{cards[0].Name} learns from {source.Name}, which is not given.", nameof(teacher));
    }
}
