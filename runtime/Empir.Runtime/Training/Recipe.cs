using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Empir.Modules;

namespace Empir.Training;

/// <summary>
/// Everything that decides a trained member's weights, as lines of text: a checkpoint carries it, and is valid for a spec
/// exactly if the lines are equal. A comment or an evaluation setting may change without retraining. What a spec leaves at its
/// default has no line.
/// </summary>
public static class Recipe
{
    private const string ImportedMark = "imported ";

    /// <summary>The recipe of one member.</summary>
    /// <param name="member">The member.</param>
    /// <param name="training">Its training settings.</param>
    /// <param name="datasetHash">Content hash of the training images.</param>
    /// <param name="together">All members, where the settings train them together; the member alone if not given.</param>
    /// <param name="imported">The recipes that imported members' checkpoints carry, by name; what learns from one of them depends on it.</param>
    public static string Of(
        MemberCard member, TrainingSettings training, string datasetHash, IReadOnlyList<MemberCard>? together = null,
        IReadOnlyDictionary<string, string>? imported = null) =>
        string.Join('\n', Lines(member, training, datasetHash, together ?? [member], imported ?? new Dictionary<string, string>()));

    /// <summary>What a checkpoint carries whose weights were trained elsewhere: valid for any training of the same network.</summary>
    /// <param name="member">The member.</param>
    /// <param name="fileHash">SHA-256 of the file that the weights came from.</param>
    public static string Imported(MemberCard member, string fileHash) => $"{ImportedMark}{fileHash}\n{member.Network.Canonical}".ReplaceLineEndings("\n");

    /// <summary>Whether a recipe says that the weights were trained elsewhere.</summary>
    /// <param name="recipe">The recipe in a checkpoint.</param>
    public static bool IsImported(string recipe) => recipe.StartsWith(ImportedMark, StringComparison.Ordinal);

    /// <summary>Whether a recipe is of a network of these layers and bits, however it was trained.</summary>
    /// <param name="recipe">The recipe in a checkpoint.</param>
    /// <param name="network">The network.</param>
    public static bool IsOf(string recipe, ClassifierCard network) => $"\n{recipe}\n".Contains($"\n{network.Canonical.ReplaceLineEndings("\n")}\n", StringComparison.Ordinal);

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

    private static IEnumerable<string> Lines(
        MemberCard member, TrainingSettings training, string datasetHash, IReadOnlyList<MemberCard> together, IReadOnlyDictionary<string, string> imported)
    {
        yield return $"member {member.Name}";
        yield return Text($"seed {member.Seed}");
        yield return member.Network.Canonical;
        yield return $"dataset {training.Dataset} {datasetHash}";
        var recipe = training.Recipe.ForMember(member);
        foreach (var line in training.With(recipe))
            yield return line;
        if (recipe.Source is { } teacher)
            yield return From("teacher", teacher);
        if (member.InitFrom is { } source)
            yield return From("init_from", source);
        // The first member's seed draws every member's batches.
        if (recipe.IsJoint && together[0].Name != member.Name)
            yield return $"batches of {together[0].Name}";
        if (recipe.IsJoint)
            foreach (var other in together.Where(other => other.Name != member.Name))
                yield return Text($"together with {other.Name} seed {other.Seed} {Hash(other.Network.Canonical)}");

        // What decides the other's weights decides this one's.
        string From(string how, MemberCard source) =>
            $"{how} {source.Name} {Hash(imported.GetValueOrDefault(source.Name) ?? Of(source, training, datasetHash, together, imported))}";
    }

    private static string Text(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
