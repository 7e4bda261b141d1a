using System.Globalization;
using Empir.Modules;

namespace Empir.Training;

/// <summary>
/// Everything that decides a trained member's weights, as lines of text: a checkpoint carries it, and is valid for a spec
/// exactly if the lines are equal. A comment or an evaluation setting may change without retraining.
/// </summary>
public static class Recipe
{
    private const string ImportedMark = "imported ";

    /// <summary>The recipe of one member.</summary>
    /// <param name="member">The member.</param>
    /// <param name="training">Its training settings.</param>
    /// <param name="datasetHash">Content hash of the training images.</param>
    public static string Of(MemberCard member, TrainingSettings training, string datasetHash) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        member {member.Name}
        seed {member.Seed}
        {member.Network.Canonical}
        dataset {training.Dataset} {datasetHash}
        epochs {training.Epochs}
        batch_size {training.BatchSize}
        adam learning_rate {training.Optimizer.LearningRate} betas {training.Optimizer.Beta1} {training.Optimizer.Beta2} epsilon {training.Optimizer.Epsilon}
        label_smoothing {training.LabelSmoothing}
        """).ReplaceLineEndings("\n");

    /// <summary>What a checkpoint carries whose weights were trained elsewhere: valid for any training of the same network.</summary>
    /// <param name="member">The member.</param>
    /// <param name="fileHash">SHA-256 of the file that the weights came from.</param>
    public static string Imported(MemberCard member, string fileHash) => $"{ImportedMark}{fileHash}\n{member.Network.Canonical}".ReplaceLineEndings("\n");

    /// <summary>Whether a recipe says that the weights were trained elsewhere.</summary>
    /// <param name="recipe">The recipe in a checkpoint.</param>
    public static bool IsImported(string recipe) => recipe.StartsWith(ImportedMark, StringComparison.Ordinal);

    /// <summary>Says where two recipes part, or null where they are equal.</summary>
    /// <param name="found">The recipe in a checkpoint.</param>
    /// <param name="wanted">The recipe of the spec.</param>
    public static string? Difference(string found, string wanted)
    {
        if (found == wanted)
            return null;
        if (IsImported(found))
            return wanted.Contains(found[found.IndexOf('\n', StringComparison.Ordinal)..] + '\n', StringComparison.Ordinal)
                ? null : "it was imported for another network";
        var (was, now) = (found.Split('\n'), wanted.Split('\n'));
        for (var line = 0; ; line++)
            if (line >= was.Length || line >= now.Length || was[line] != now[line])
                return $"it was trained with '{(line < was.Length ? was[line] : "nothing")}', the spec says '{(line < now.Length ? now[line] : "nothing")}'";
    }
}
