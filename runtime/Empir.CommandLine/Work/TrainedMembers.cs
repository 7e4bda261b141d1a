using Empir.Data;
using Empir.Ensembles;
using Empir.Specs;
using Empir.Training;

namespace Empir.CommandLine.Work;

/// <summary>Members that have to be trained already.</summary>
internal static class TrainedMembers
{
    /// <exception cref="UserErrorException">One is not there.</exception>
    public static void CheckPresence(Workplace place)
    {
        foreach (var member in place.Spec.Card.Members)
            CheckPresence(place.Checkpoint(member.Name), place.Tool, place.Spec);
    }

    /// <exception cref="UserErrorException">The checkpoint is not there.</exception>
    public static void CheckPresence(string checkpoint, Tool tool, EnsembleSpec spec)
    {
        if (!File.Exists(checkpoint))
            throw new UserErrorException(
                $"{checkpoint}: not there. Train first with '{tool.Name} train {spec.Name}', or name the checkpoints' folder with --output.");
    }

    /// <summary>Reads every member's weights, however they were trained: for whoever only predicts with them.</summary>
    /// <exception cref="UserErrorException">A checkpoint is not there, damaged, or of another network.</exception>
    public static void LoadWeights(Tool tool, EnsembleSpec spec, OutputFolder output, Ensemble ensemble)
    {
        foreach (var member in ensemble.Card.Members)
            CheckPresence(output.Checkpoint(member.Name), tool, spec);
        Checkpoint.ReadWeights(output.Folder, ensemble);
    }

    /// <summary>Reads every member's weights, and says which were not trained here.</summary>
    /// <exception cref="UserErrorException">A checkpoint is damaged, or was trained in another way than asked for.</exception>
    public static void Load(Workplace place, Screen screen, Ensemble ensemble, TrainingSettings settings, ImageDataset images)
    {
        var imported = place.Imported(ensemble.Card.Members);
        foreach (var (card, member) in ensemble.Card.Members.Zip(ensemble.Members))
        {
            var path = place.Checkpoint(card.Name);
            Checkpoint.Read(path, member, Recipe.Of(card, settings, images.Hash, ensemble.Card.Members, imported));
            if (imported.ContainsKey(card.Name))
                screen.Say($"{card.Name}: imported, not trained here ({path}).");
        }
    }
}
