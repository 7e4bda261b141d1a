using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Empir.Files;
using Empir.Formats;

namespace Empir.Evaluation;

/// <summary>
/// The finished batches of an evaluation that is not done yet, in a file that is whole at every moment: whatever ends the
/// process, the next run goes on after the last finished batch. The file is valid for one task only, down to the weights and
/// the number of threads; any other is discarded.
/// </summary>
/// <param name="path">The file; see <see cref="PathBeside" />.</param>
/// <param name="say">Told in one line what became of a file that was there.</param>
public sealed class UnfinishedEvaluation(string path, Action<string> say)
{
    private const string Format = "empir-evaluation-unfinished-3";

    private readonly Dictionary<string, JsonElement> cells = [];
    private readonly Stopwatch clock = new();
    private double earlier;
    private string task = "";

    /// <summary>How long it took so far, earlier runs that were interrupted included.</summary>
    public double Seconds => earlier + clock.Elapsed.TotalSeconds;

    /// <summary>Where the unfinished work for a report is.</summary>
    /// <param name="report">The report's file, such as evaluation.json.</param>
    public static string PathBeside(string report) => Path.ChangeExtension(report, ".unfinished.json");

    /// <summary>Removes the file, once the report is written.</summary>
    public void Remove() => File.Delete(path);

    /// <summary>Takes over the file's batches if they are of this task.</summary>
    /// <param name="wanted">Everything that decides the results, as lines of text.</param>
    internal void Open(string wanted)
    {
        task = wanted;
        cells.Clear();
        earlier = 0;
        clock.Restart();
        if (!File.Exists(path))
            return;
        if (Read() is not { } found)
            say($"{path} is damaged; it is ignored and the evaluation starts from its beginning.");
        else if (Difference(found.Task, task) is { } difference)
            say($"{path} is of another evaluation ({difference}); it is discarded.");
        else
        {
            foreach (var (key, cell) in found.Cells)
                cells[key] = cell;
            earlier = found.Seconds;
            say($"{path}: going on after the last finished batch of an interrupted evaluation.");
        }
    }

    /// <summary>What was kept, or null where that work has not begun.</summary>
    internal T? Find<T>(string key) where T : class => cells.TryGetValue(key, out var cell) ? cell.Deserialize<T>(MachineJson.Options) : null;

    /// <summary>Keeps what is done, on disk before the call returns.</summary>
    internal void Keep<T>(string key, T done) where T : class
    {
        cells[key] = JsonSerializer.SerializeToElement(done, MachineJson.Options);
        var content = new Content(Format, task, Sum(task, cells), Seconds, cells);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(MachineJson.Of(content))));
    }

    private Content? Read()
    {
        try
        {
            var content = JsonSerializer.Deserialize<Content>(EvaluationFile.Bytes(path), MachineJson.Options);
            return content is { Format: Format, Task: not null, Cells: not null } && content.Sha256 == Sum(content.Task, content.Cells)
                ? content
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A file can be damaged and still be JSON.
    private static string Sum(string task, Dictionary<string, JsonElement> cells) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(task + MachineJson.Of(cells.OrderBy(cell => cell.Key, StringComparer.Ordinal)))));

    private static string? Difference(string found, string wanted)
    {
        if (found == wanted)
            return null;
        var (was, now) = (found.Split('\n'), wanted.Split('\n'));
        var line = was.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"there {Line(was, line)}, now {Line(now, line)}";
    }

    private static string Line(string[] lines, int line) => line < lines.Length ? lines[line].Trim(' ', ',') : "nothing";

    private sealed record Content(string Format, string Task, string Sha256, double Seconds, Dictionary<string, JsonElement> Cells);
}
