using Empir.CommandLine.Progress;
using Empir.Data;
using Empir.Ensembles;
using Empir.Formats;
using Empir.Modules;
using Empir.Training;

namespace Empir.CommandLine.Work;

/// <summary>One member after training.</summary>
/// <param name="Member">Its name.</param>
/// <param name="Checkpoint">Where it is.</param>
/// <param name="Epochs">Epochs it was trained for here; 0 if it was imported.</param>
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
    /// <exception cref="UserErrorException">
    /// A checkpoint or an interrupted run's file is damaged or of another recipe, and is not to be replaced.
    /// </exception>
    public IReadOnlyList<TrainedMember> Run(
        Ensemble ensemble, ImageDataset images, IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var members = ensemble.Card.Members.Zip(ensemble.Members).Where(member => names.Contains(member.First.Name)).ToArray();
        // All files are looked at before anything is said or trained: a wrong one should not cost minutes.
        var standings = members.ToDictionary(member => member.First.Name, member => Look(member.First, member.Second, images));
        foreach (var (name, standing) in standings)
            screen.Say($"{name}: {InWords(standing, name, images)}");
        var waiting = members.Where(member => standings[member.First.Name] is not (Standing.Trained or Standing.Imported)).ToArray();
        var last = new Dictionary<string, TrainingProgress>();
        if (waiting.Length > 0)
            screen.Progress.Train([.. waiting.Select(member => member.First.Name)], progress =>
            {
                foreach (var (card, member) in waiting)
                    Train(card, member, images, new Reporter<TrainingProgress>(now => progress.Report(last[card.Name] = now)), cancellation);
            });
        return [.. members.Select(member => Outcome(member.First.Name, standings[member.First.Name], last.GetValueOrDefault(member.First.Name)))];
    }

    private Standing Look(MemberCard card, Classifier member, ImageDataset images)
    {
        if (retrain)
            return Standing.Untrained;
        var (path, recipe) = (place.Checkpoint(card.Name), Recipe.Of(card, settings, images.Hash));
        var unfinished = Trainer.UnfinishedPath(path);
        var interrupted = File.Exists(unfinished) ? SafeTensors.ReadMetadata(unfinished).GetValueOrDefault("recipe", "") : null;
        // An interrupted --retrain leaves the old checkpoint: the run that was to replace it goes on.
        if (interrupted == recipe)
            return Standing.Interrupted;
        if (File.Exists(path))
        {
            Checkpoint.Read(path, member, recipe);
            return Checkpoint.IsImported(path) ? Standing.Imported : Standing.Trained;
        }
        return interrupted is null
            ? Standing.Untrained
            : throw new UserErrorException(
                $"{unfinished}: an interrupted run of another spec: {Recipe.Difference(interrupted, recipe)}. Choose another --output, or train anew with --retrain.");
    }

    private string InWords(Standing standing, string name, ImageDataset images) => standing switch
    {
        Standing.Trained => $"trained already ({place.Checkpoint(name)}).",
        Standing.Imported => $"imported, not trained here ({place.Checkpoint(name)}).",
        Standing.Interrupted => "an interrupted run is there; going on after its last whole epoch.",
        _ => $"training on {Words.Count(images.Count)} images of {images.Name}.",
    };

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
                $"stopped while training {card.Name}. Finished members and whole epochs are kept in {place.Output.Folder}; "
                + $"the same command{(retrain ? " without --retrain" : "")} goes on from there{(retrain ? ", using older checkpoints that fit" : "")}.", stopped);
        }
    }

    private TrainedMember Outcome(string name, Standing standing, TrainingProgress? last) =>
        new(name, place.Checkpoint(name), standing == Standing.Imported ? 0 : settings.Epochs, last is null, last?.Loss, last?.Accuracy);

    /// <summary>How far a member is, by its files.</summary>
    private enum Standing
    {
        Untrained,
        Interrupted,
        Trained,
        Imported,
    }
}
