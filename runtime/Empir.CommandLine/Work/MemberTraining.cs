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
/// <param name="Accuracy">Training accuracy of the last epoch on clean images; null if it was trained already, or on none.</param>
internal sealed record TrainedMember(string Member, string Checkpoint, int Epochs, bool Reused, double? Loss, double? Accuracy);

/// <summary>Brings members of an ensemble to their trained weights: from their checkpoints, or by training.</summary>
internal sealed class MemberTraining(Workplace place, Screen screen, TrainingSettings settings, bool retrain)
{
    /// <summary>Trains what is not trained, and first what it learns from.</summary>
    /// <param name="ensemble">Freshly built; holds the trained weights afterwards.</param>
    /// <param name="images">The training images.</param>
    /// <param name="names">The members to train.</param>
    /// <param name="cancellation">Stops; finished members and what is done of the others stay on disk.</param>
    /// <exception cref="UserErrorException">
    /// A checkpoint or an interrupted run's file is damaged or of another recipe, and is not to be replaced; or some members
    /// alone are asked for where all are trained together.
    /// </exception>
    public IReadOnlyList<TrainedMember> Run(
        Ensemble ensemble, ImageDataset images, IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var groups = Groups(ensemble, names);
        // What is trained anew, or goes on with that, is no import any longer.
        var imported = place.Imported(groups.SelectMany(group => group).Where(member =>
            !(retrain && names.Contains(member.Name)) && !File.Exists(Trainer.UnfinishedPath(place.Checkpoint(member.Name)))));
        // All files are looked at before anything is said or trained: a wrong one should not cost minutes.
        var standings = groups.ToDictionary(group => group, group => Look(group, ensemble, images, names, imported));
        foreach (var (group, standing) in standings)
            foreach (var member in group)
                screen.Say($"{member.Name}: {InWords(standing, member.Name, images)}");
        var waiting = groups.Where(group => standings[group] is not (Standing.Trained or Standing.Imported)).ToArray();
        var last = new Dictionary<string, TrainingProgress>();
        if (waiting.Length > 0)
            screen.Progress.Train([.. waiting.SelectMany(group => group.Select(member => member.Name))], progress =>
            {
                foreach (var group in waiting)
                    Train(group, ensemble, images, names, imported, new Reporter<TrainingProgress>(now => progress.Report(last[now.Member] = now)), cancellation);
            });
        var byMember = standings.SelectMany(each => each.Key.Select(member => (member.Name, each.Value))).ToDictionary(each => each.Name, each => each.Value);
        return [.. ensemble.Card.Members.Where(member => names.Contains(member.Name))
            .Select(member => Outcome(member.Name, byMember[member.Name], last.GetValueOrDefault(member.Name)))];
    }

    // What is trained at once: a member, or all of them.
    private MemberCard[][] Groups(Ensemble ensemble, IReadOnlyCollection<string> names)
    {
        var members = ensemble.Card.Members;
        if (!settings.Recipe.IsJoint)
            return [.. TrainingOrder.Of(members, settings, names).Select(member => new[] { member })];
        if (members.FirstOrDefault(member => !names.Contains(member.Name)) is { } missing)
            throw new UserErrorException(
                $"--member {string.Join(' ', names)}: the recipe of {ensemble.Card.Name} trains all members together, {missing.Name} too. Leave --member out.");
        return [[.. members]];
    }

    private Standing Look(
        MemberCard[] group, Ensemble ensemble, ImageDataset images, IReadOnlyCollection<string> names, IReadOnlyDictionary<string, string> imported)
    {
        // Only what was asked for is trained anew, not what it learns from.
        if (retrain && names.Contains(group[0].Name))
            return Standing.Untrained;
        var recipes = group.ToDictionary(card => card, card => Recipe.Of(card, settings, images.Hash, ensemble.Card.Members, imported));
        var unfinished = Trainer.UnfinishedPath([.. group.Select(card => place.Checkpoint(card.Name))]);
        var interrupted = File.Exists(unfinished) ? SafeTensors.ReadMetadata(unfinished).GetValueOrDefault("recipe", "") : null;
        // An interrupted --retrain leaves the old checkpoint: the run that was to replace it goes on.
        if (interrupted == recipes[group[0]])
            return Standing.Interrupted;
        var there = group.Where(card => File.Exists(place.Checkpoint(card.Name))).ToArray();
        foreach (var card in there)
            Checkpoint.Check(place.Checkpoint(card.Name), recipes[card]);
        if (there.Length == group.Length)
        {
            foreach (var card in group)
                Checkpoint.Read(place.Checkpoint(card.Name), Network(ensemble, card), recipes[card]);
            return imported.ContainsKey(group[0].Name) ? Standing.Imported : Standing.Trained;
        }
        if (there.FirstOrDefault(card => imported.ContainsKey(card.Name)) is { } kept)
            throw new UserErrorException(
                $"{place.Checkpoint(kept.Name)} is imported, and the recipe of {ensemble.Card.Name} trains all members together. Import the others too, or train it anew with --retrain.");
        return interrupted is null
            ? Standing.Untrained
            : throw new UserErrorException(
                $"{unfinished}: an interrupted run of another spec: {Recipe.Difference(interrupted, recipes[group[0]])}. Choose another --output, or train anew with --retrain.");
    }

    private string InWords(Standing standing, string name, ImageDataset images) => standing switch
    {
        Standing.Trained => $"trained already ({place.Checkpoint(name)}).",
        Standing.Imported => $"imported, not trained here ({place.Checkpoint(name)}).",
        Standing.Interrupted => "an interrupted run is there; going on where it was stopped.",
        _ => $"training on {Words.Count(images.Count)} images of {images.Name}.",
    };

    private void Train(
        MemberCard[] group, Ensemble ensemble, ImageDataset images, IReadOnlyCollection<string> names, IReadOnlyDictionary<string, string> imported,
        IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var teacher = settings.Recipe.ForMember(group[0]).Source;
        foreach (var card in group)
            if (card.InitFrom is { } source)
                InitialWeights.Copy(Network(ensemble, source), Network(ensemble, card));
        try
        {
            new Trainer(group, settings, place.Spec.Card.SpecHash, imported).TrainTogether(
                [.. group.Select(card => Network(ensemble, card))], images, [.. group.Select(card => place.Checkpoint(card.Name))], progress,
                resume: !(retrain && names.Contains(group[0].Name)), teacher is null ? null : Network(ensemble, teacher), cancellation);
        }
        catch (OperationCanceledException stopped)
        {
            throw new StoppedException(
                $"stopped while training {string.Join(", ", group.Select(card => card.Name))}. What is done is kept in {place.Output.Folder}; "
                + $"the same command{(retrain ? " without --retrain" : "")} goes on from there{(retrain ? ", using older checkpoints that fit" : "")}.", stopped);
        }
    }

    private static Classifier Network(Ensemble ensemble, MemberCard card) =>
        ensemble.Members[ensemble.Card.Members.ToList().FindIndex(member => member.Name == card.Name)];

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
