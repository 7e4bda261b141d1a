using System.Globalization;
using Empir.Formats;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>
/// Half-trained members on disk: weights, the optimiser's state, the best epoch's weights and the epochs done. Every random
/// choice is drawn from the members' seeds and the epoch's number, so nothing else is needed to go on to the same bits.
/// </summary>
internal sealed record TrainingState(IReadOnlyList<Learner> Learners, Optimization Optimization, BestEpoch Best)
{
    private const string Format = "empir-training-2";

    public void Write(string path, int epochsDone, string recipe, string specHash)
    {
        var metadata = Checkpoint.Metadata(Format, recipe, specHash);
        metadata["epochs_done"] = epochsDone.ToString(CultureInfo.InvariantCulture);
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
    /// <returns>The epochs already done.</returns>
    public int Read(string path, string recipe, long stepsPerEpoch)
    {
        using var file = SafeTensors.Read(path);
        Checkpoint.CheckRecipe(path, Format, file.Metadata, recipe);
        if (!file.Metadata.TryGetValue("epochs_done", out var done) || !int.TryParse(done, out var epochs) || epochs < 1)
            throw new UserErrorException($"{path}: says nothing of how far it is. Move it away, or train anew with --retrain.");
        // A run interrupted before there was the accuracy goes on: as many images were right as stood, at least.
        if (Number("best_score") is { } score)
            Best.Take((score, Number("best_accuracy") ?? score));
        Optimization.Resume(epochs * stepsPerEpoch);
        Checkpoint.Load(path, file.Tensors, Tensors());
        return epochs;

        double? Number(string key) => double.TryParse(file.Metadata.GetValueOrDefault(key), CultureInfo.InvariantCulture, out var number) ? number : null;
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
