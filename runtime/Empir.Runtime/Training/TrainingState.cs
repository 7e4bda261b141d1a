using System.Globalization;
using System.Text.Json;
using Empir.Formats;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>
/// Half-trained members on disk: weights, the optimiser's state, the best epoch's weights, the epochs done and how far the next one is.
/// Every random choice is drawn from the members' seeds and the numbers of epoch and step, so nothing else is needed to go on to the same bits.
/// </summary>
internal sealed record TrainingState(IReadOnlyList<Learner> Learners, Optimization Optimization, BestEpoch Best)
{
    private const string Format = "empir-training-3";

    public void Write(string path, int epochsDone, EpochTally? begun, string recipe, string specHash)
    {
        var metadata = Checkpoint.Metadata(Format, recipe, specHash);
        metadata["epochs_done"] = epochsDone.ToString(CultureInfo.InvariantCulture);
        if (begun is not null)
            metadata["begun"] = MachineJson.Of(begun);
        if (Best.Rank is var (score, accuracy))
        {
            metadata["best_score"] = score.ToString("R", CultureInfo.InvariantCulture);
            metadata["best_accuracy"] = accuracy.ToString("R", CultureInfo.InvariantCulture);
        }
        SafeTensors.Write(path, Tensors(), metadata);
    }

    /// <summary>Brings everything to the state in the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recipe">The recipe it must carry.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <returns>The epochs already done, and what of the next one is.</returns>
    public (int Epochs, EpochTally? Begun) Read(string path, string recipe, long stepsPerEpoch)
    {
        using var file = SafeTensors.Read(path);
        Checkpoint.CheckRecipe(path, Format, file.Metadata, recipe);
        var begun = file.Metadata.TryGetValue("begun", out var text) ? Begun(text) : null;
        if (!int.TryParse(file.Metadata.GetValueOrDefault("epochs_done"), out var epochs) || epochs < (begun is null ? 1 : 0)
            || (text is not null && !(begun?.Batches <= stepsPerEpoch)))
            throw new UserErrorException($"{path}: says nothing of how far it is. Move it away, or train anew with --retrain.");
        if (Number("best_score") is { } score && Number("best_accuracy") is { } accuracy)
            Best.Take((score, accuracy));
        Optimization.Resume((epochs * stepsPerEpoch) + (begun?.Batches ?? 0));
        Checkpoint.Load(path, file.Tensors, Tensors());
        return (epochs, begun);

        double? Number(string key) => double.TryParse(file.Metadata.GetValueOrDefault(key), CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private EpochTally? Begun(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<EpochTally>(text, MachineJson.Options) is { Batches: > 0 } begun
                && begun.CleanRight.Length == Learners.Count && begun.AttackedRight.Length == Learners.Count ? begun : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Dictionary<string, Tensor> Tensors()
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var learner in Learners)
            foreach (var (name, value) in learner.Network.state_dict())
                tensors[$"weights.{learner.Card.Name}.{name}"] = value;
        foreach (var (name, value) in Optimization.State)
            tensors[name] = value;
        foreach (var (name, value) in Best.Weights)
            tensors[$"best.{name}"] = value;
        return tensors;
    }
}
