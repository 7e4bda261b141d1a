using Empir.Formats;
using Empir.Modules;
using TorchSharp.Modules;

namespace Empir.Training;

/// <summary>
/// A half-trained member on disk: weights, Adam's moments and the epochs done. Every other random choice is drawn from the
/// member's seed and the epoch's number, so nothing else is needed to go on to the same bits.
/// </summary>
internal static class TrainingState
{
    private const string Format = "empir-training-1";

    public static void Write(string path, Classifier member, Adam optimizer, int epochsDone, string recipe, string specHash)
    {
        var tensors = member.state_dict().ToDictionary(entry => "member." + entry.Key, entry => entry.Value);
        var metadata = Checkpoint.Metadata(Format, recipe, specHash);
        metadata["epochs_done"] = epochsDone.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (name, state) in Moments(member, optimizer))
        {
            tensors[$"adam.mean.{name}"] = state.exp_avg;
            tensors[$"adam.square.{name}"] = state.exp_avg_sq;
            metadata["adam_steps"] = state.step.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        SafeTensors.Write(path, tensors, metadata);
    }

    /// <summary>Brings member and optimiser to the state in the file.</summary>
    /// <returns>The epochs already done.</returns>
    public static int Read(string path, Classifier member, Adam optimizer, string recipe)
    {
        using var file = SafeTensors.Read(path);
        Checkpoint.CheckRecipe(path, Format, file.Metadata, recipe);
        if (!file.Metadata.TryGetValue("epochs_done", out var done) || !int.TryParse(done, out var epochs) || epochs < 1
            || !file.Metadata.TryGetValue("adam_steps", out var text) || !long.TryParse(text, out var steps))
            throw new UserErrorException($"{path}: says nothing of how far it is. Move it away, or train anew with --retrain.");
        var targets = member.state_dict().ToDictionary(entry => "member." + entry.Key, entry => entry.Value);
        foreach (var (name, state) in Moments(member, optimizer))
        {
            targets[$"adam.mean.{name}"] = state.exp_avg;
            targets[$"adam.square.{name}"] = state.exp_avg_sq;
            state.step = steps;
        }
        Checkpoint.Load(path, file.Tensors, targets);
        return epochs;
    }

    private static IEnumerable<(string Name, Adam.State State)> Moments(Classifier member, Adam optimizer) =>
        member.named_parameters().Zip(optimizer.state_dict().State, (parameter, state) => (parameter.name, (Adam.State)state));
}
