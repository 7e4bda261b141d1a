using System.Security.Cryptography;
using Empir.Ensembles;
using Empir.Formats;
using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>
/// A trained member on disk: its state_dict under PyTorch's names as safetensors, with the recipe that made it in the
/// metadata.
/// </summary>
public static class Checkpoint
{
    private const string Format = "empir-member-1";

    /// <summary>Writes a member, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="member">The network.</param>
    /// <param name="recipe">What made it; see <see cref="Recipe" />.</param>
    /// <param name="specHash">Hash of the spec it was trained from, for the record.</param>
    public static void Write(string path, Classifier member, string recipe, string specHash) =>
        SafeTensors.Write(path, member.state_dict(), Metadata(Format, recipe, specHash));

    /// <summary>Reads a member's weights into <paramref name="member" />.</summary>
    /// <param name="path">The file.</param>
    /// <param name="member">A network of the same shapes, on any device.</param>
    /// <param name="recipe">The recipe the file must carry.</param>
    /// <exception cref="UserErrorException">The file is damaged, or made by another recipe.</exception>
    public static void Read(string path, Classifier member, string recipe)
    {
        using var file = SafeTensors.Read(path);
        CheckRecipe(path, Format, file.Metadata, recipe);
        Load(path, file.Tensors, member.state_dict());
    }

    /// <summary>Reads a member's weights, however they were trained.</summary>
    /// <param name="path">The file.</param>
    /// <param name="member">A network of the same card, on any device.</param>
    /// <exception cref="UserErrorException">The file is damaged, or of another network.</exception>
    public static void ReadWeights(string path, Classifier member)
    {
        ArgumentNullException.ThrowIfNull(member);
        using var file = SafeTensors.Read(path);
        var recipe = file.Metadata.GetValueOrDefault("recipe", "");
        CheckRecipe(path, Format, file.Metadata, recipe);
        if (!Recipe.IsOf(recipe, member.Card))
            throw new UserErrorException($"{path}: a checkpoint of another network: layers or bits have changed since. Choose another --output, or train anew with --retrain.");
        Load(path, file.Tensors, member.state_dict());
    }

    /// <summary>Reads every member's weights, however they were trained, from FOLDER/MEMBER.safetensors.</summary>
    /// <param name="folder">The folder, such as <c>artifacts/FashionEmpir</c>, where the tool's <c>train</c> leaves them.</param>
    /// <param name="ensemble">An ensemble of the same card, on any device.</param>
    /// <exception cref="UserErrorException">A file is not there, damaged, or of another network.</exception>
    public static void ReadWeights(string folder, Ensemble ensemble)
    {
        ArgumentNullException.ThrowIfNull(ensemble);
        foreach (var (card, member) in ensemble.Card.Members.Zip(ensemble.Members))
            ReadWeights(Path.Combine(folder, $"{card.Name}.safetensors"), member);
    }

    /// <summary>The recipe of a member whose weights were trained elsewhere and imported; null for any other.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserErrorException">The file is not there or damaged.</exception>
    public static string? ImportedRecipe(string path) =>
        SafeTensors.ReadMetadata(path).TryGetValue("recipe", out var recipe) && Recipe.IsImported(recipe) ? recipe : null;

    /// <summary>Finds out, from its head alone, whether a file can be read for a recipe.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recipe">The recipe the file must carry.</param>
    /// <exception cref="UserErrorException">The file is damaged, or made by another recipe.</exception>
    public static void Check(string path, string recipe) => CheckRecipe(path, Format, SafeTensors.ReadMetadata(path), recipe);

    /// <summary>SHA-256 over the names, shapes and bits of a network's parameters and buffers, in hexadecimal.</summary>
    /// <param name="member">The network, on any device.</param>
    public static string WeightsHash(Classifier member)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in member.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            var bytes = value.detach().cpu().contiguous();
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{name}:{value.dtype}:{string.Join('x', value.shape)};"));
            hash.AppendData(bytes.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    internal static Dictionary<string, string> Metadata(string format, string recipe, string specHash) => new()
    {
        ["format"] = format,
        ["recipe"] = recipe,
        ["spec_sha256"] = specHash,
    };

    internal static void CheckRecipe(string path, string format, IReadOnlyDictionary<string, string> metadata, string recipe)
    {
        if (!metadata.TryGetValue("format", out var found) || found != format || !metadata.TryGetValue("recipe", out var was))
            throw new UserErrorException($"{path}: not a checkpoint of this version ({format}). Move it away, or choose another --output.");
        if (Recipe.Difference(was, recipe) is { } difference)
            throw new UserErrorException(
                $"{path}: a checkpoint of another spec: {difference}. Choose another --output, repeat the options it was trained with, as --epochs, or train anew with --retrain.");
    }

    internal static void Load(string path, IReadOnlyDictionary<string, Tensor> found, Dictionary<string, Tensor> wanted)
    {
        using var _ = no_grad();
        foreach (var (name, target) in wanted)
        {
            if (!found.TryGetValue(name, out var source))
                throw new UserErrorException($"{path}: has no tensor '{name}'. Move it away, or train anew with --retrain.");
            if (!source.shape.SequenceEqual(target.shape) || source.dtype != target.dtype)
                throw new UserErrorException(
                    $"{path}: tensor '{name}' is {source.dtype} [{string.Join(", ", source.shape)}], the network needs {target.dtype} [{string.Join(", ", target.shape)}]. Move it away, or train anew with --retrain.");
        }
        foreach (var (name, target) in wanted)
            target.copy_(found[name]);
    }
}
