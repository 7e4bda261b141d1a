using System.Text.Json;
using Empir.Files;
using Empir.Formats;

namespace Empir.Evaluation;

/// <summary>How long an evaluation took. It has a file of its own: evaluation.json is the same to the bit for every run.</summary>
/// <param name="Seconds">Of all runs that were needed, without what a kill lost.</param>
/// <param name="TaskSha256">The evaluation it is of; see <see cref="EvaluationReport.TaskSha256" />.</param>
public sealed record EvaluationTime(double Seconds, string TaskSha256)
{
    /// <summary>Where the time of a report is: <c>evaluation.time.json</c> beside it.</summary>
    /// <param name="report">The report's file.</param>
    public static string PathBeside(string report) => Path.ChangeExtension(report, ".time.json");

    /// <summary>Writes the file, atomically.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path) => AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(MachineJson.Of(this))));

    /// <summary>Reads it; null where there is none, or none of that evaluation.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">The evaluation.</param>
    /// <exception cref="CorruptFileException">The file is damaged.</exception>
    public static EvaluationTime? Read(string path, EvaluationReport report)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            var time = JsonSerializer.Deserialize<EvaluationTime>(File.ReadAllBytes(path), MachineJson.Options);
            return time?.TaskSha256 == report.TaskSha256 ? time : null;
        }
        catch (JsonException error)
        {
            throw new CorruptFileException(path, error.Message.TrimEnd('.'), error);
        }
    }
}
