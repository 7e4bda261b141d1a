using Empir.Data;
using Empir.Ensembles;
using Empir.Training;

namespace Empir.CommandLine.Work;

/// <summary>Members that have to be trained already.</summary>
internal static class TrainedMembers
{
    /// <exception cref="UserErrorException">One is not there.</exception>
    public static void CheckPresence(Workplace place)
    {
        foreach (var member in place.Spec.Card.Members)
            if (!File.Exists(place.Checkpoint(member.Name)))
                throw new UserErrorException(
                    $"{place.Checkpoint(member.Name)}: not there. Train first with '{place.Tool.Name} train {place.Spec.Name}', or name the checkpoints' folder with --output.");
    }

    /// <summary>Reads every member's weights.</summary>
    /// <exception cref="UserErrorException">A checkpoint is damaged, or was trained in another way than asked for.</exception>
    public static void Load(Workplace place, Ensemble ensemble, TrainingSettings settings, ImageDataset images)
    {
        foreach (var (card, member) in ensemble.Card.Members.Zip(ensemble.Members))
            Checkpoint.Read(place.Checkpoint(card.Name), member, Recipe.Of(card, settings, images.Hash, ensemble.Card.Members));
    }
}
