using Empir.CommandLine.Progress;
using Empir.Data;
using Empir.Ensembles;
using Empir.Modules;
using Empir.Training;

namespace Empir.CommandLine.Work;

/// <summary>One member after training.</summary>
/// <param name="Member">Its name.</param>
/// <param name="Checkpoint">Where it is.</param>
/// <param name="Epochs">Epochs it was trained for.</param>
/// <param name="Reused">Whether it was trained already.</param>
/// <param name="Loss">Mean training loss of the last epoch; null if it was trained already.</param>
/// <param name="Accuracy">Training accuracy of the last epoch; null if it was trained already.</param>
internal sealed record TrainedMember(string Member, string Checkpoint, int Epochs, bool Reused, double? Loss, double? Accuracy);

/// <summary>Brings members of an ensemble to their trained weights: from their checkpoints, or by training.</summary>
internal sealed class MemberTraining(Workplace place, Screen screen, TrainingSettings settings, bool retrain)
{
    /// <summary>Trains what is not trained.</summary>
    /// <param name="ensemble">Freshly built; holds the trained weights afterwards.</param>
    /// <param name="images">The training images.</param>
    /// <param name="names">The members to train.</param>
    /// <param name="cancellation">Stops; finished members and whole epochs stay on disk.</param>
    /// <exception cref="UserErrorException">A checkpoint is damaged or of another recipe, and is not to be replaced.</exception>
    public IReadOnlyList<TrainedMember> Run(
        Ensemble ensemble, ImageDataset images, IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var members = ensemble.Card.Members.Zip(ensemble.Members).Where(member => names.Contains(member.First.Name)).ToArray();
        // All checkpoints are looked at before the first is trained: a wrong one should not cost minutes.
        var trained = members.Where(member => IsTrained(member.First, member.Second, images)).Select(member => member.First.Name).ToHashSet();
        var waiting = members.Where(member => !trained.Contains(member.First.Name)).ToArray();
        var last = new Dictionary<string, TrainingProgress>();
        if (waiting.Length > 0)
        {
            Announce(waiting.Select(member => member.First), images);
            screen.Progress.Train([.. waiting.Select(member => member.First.Name)], progress =>
            {
                foreach (var (card, member) in waiting)
                    Train(card, member, images, new Reporter<TrainingProgress>(now => progress.Report(last[card.Name] = now)), cancellation);
            });
        }
        return [.. members.Select(member => Outcome(member.First.Name, last.GetValueOrDefault(member.First.Name)))];
    }

    private bool IsTrained(MemberCard card, Classifier member, ImageDataset images)
    {
        var path = place.Checkpoint(card.Name);
        if (retrain || !File.Exists(path))
            return false;
        Checkpoint.Read(path, member, Recipe.Of(card, settings, images.Hash));
        screen.Say($"{card.Name}: trained already ({path}).");
        return true;
    }

    private void Announce(IEnumerable<MemberCard> waiting, ImageDataset images)
    {
        foreach (var card in waiting)
            screen.Say(!retrain && File.Exists(Trainer.UnfinishedPath(place.Checkpoint(card.Name)))
                ? $"{card.Name}: an interrupted run is there; going on after its last whole epoch."
                : $"{card.Name}: training on {Words.Count(images.Count)} images of {images.Name}.");
    }

    private void Train(
        MemberCard card, Classifier member, ImageDataset images, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        try
        {
            new Trainer(card, settings, place.Spec.Card.SpecHash)
                .Train(member, images, place.Checkpoint(card.Name), progress, resume: !retrain, cancellation);
        }
        catch (OperationCanceledException stopped)
        {
            throw new StoppedException(
                $"stopped while training {card.Name}. Finished members and whole epochs are kept in {place.Output}; "
                + $"the same command{(retrain ? " without --retrain" : "")} goes on from there.", stopped);
        }
    }

    private TrainedMember Outcome(string name, TrainingProgress? last) =>
        new(name, place.Checkpoint(name), settings.Epochs, last is null, last?.Loss, last?.Accuracy);
}
