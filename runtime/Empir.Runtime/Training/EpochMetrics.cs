using System.Text.Json;
using Empir.Files;
using Empir.Formats;

namespace Empir.Training;

/// <summary>One line of a metrics file.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">Mean training loss; of all members together where they are trained together.</param>
/// <param name="Accuracy">Share of right decisions on the clean training images; null where the recipe looks at none.</param>
/// <param name="AdversarialAccuracy">The same on the attacked ones; null where it attacks none.</param>
/// <param name="ValidationAccuracy">Share of right decisions on the validation images; null without any.</param>
/// <param name="ValidationAdversarialAccuracy">The same under attack; null where the recipe attacks none.</param>
/// <param name="LearningRate">The last step's.</param>
/// <param name="Seconds">How long it took, validation included.</param>
public sealed record EpochMetrics(
    int Epoch, double Loss, double? Accuracy, double? AdversarialAccuracy, double? ValidationAccuracy,
    double? ValidationAdversarialAccuracy, double LearningRate, double Seconds)
{
    /// <summary>Where the metrics of a member are: beside its checkpoint.</summary>
    /// <param name="checkpoint">The finished member's path.</param>
    public static string PathBeside(string checkpoint) => Path.ChangeExtension(checkpoint, ".metrics.jsonl");

    /// <summary>Reads a member's epochs; none where there is no file.</summary>
    /// <param name="checkpoint">The finished member's path.</param>
    /// <exception cref="CorruptFileException">A line is damaged.</exception>
    public static IReadOnlyList<EpochMetrics> Read(string checkpoint)
    {
        var path = PathBeside(checkpoint);
        try
        {
            return File.Exists(path) ? [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<EpochMetrics>(line, MachineJson.Options)!)] : [];
        }
        catch (JsonException error)
        {
            throw new CorruptFileException(path, error.Message.TrimEnd('.'), error);
        }
    }
}

/// <summary>A line of JSON per epoch beside a checkpoint; a resumed run goes on after the epochs that its state holds.</summary>
internal sealed class MetricsFile
{
    private static readonly JsonSerializerOptions OneLine = new(MachineJson.Options) { WriteIndented = false };

    private readonly string path;
    private readonly List<string> lines;

    /// <param name="checkpoint">The finished member's path.</param>
    /// <param name="epochsDone">Epochs that are kept.</param>
    public MetricsFile(string checkpoint, int epochsDone)
    {
        path = EpochMetrics.PathBeside(checkpoint);
        lines = epochsDone > 0 && File.Exists(path) ? [.. File.ReadLines(path).Take(epochsDone)] : [];
    }

    /// <summary>Adds an epoch; the file is whole at every moment.</summary>
    public void Add(EpochMetrics epoch)
    {
        lines.Add(JsonSerializer.Serialize(epoch, OneLine));
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")));
    }
}
