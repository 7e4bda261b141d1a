using System.Diagnostics;

namespace Empir.Benchmarks;

/// <summary>From <c>dotnet run</c> of the built main job to its first line of progress.</summary>
internal static class StartupBenchmark
{
    private const int Rounds = 5;

    public static IEnumerable<string> Run()
    {
        var help = new List<double>();
        var training = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            // The first round builds, if anything has to be built, and is not counted.
            var (first, second) = (ToFirstLine(["--help"], "Usage"), ToFirstTrainingLine());
            if (round == 0)
                continue;
            help.Add(first);
            training.Add(second);
        }
        yield return "| `dotnet run -c Release --project examples/Zoo --` | seconds to the first line | ratio |";
        yield return "|---|---|---|";
        yield return $"| `--help` (no libtorch) | {Timing.Median(help):F2} | 1 |";
        yield return $"| `train FashionEmpir`, first progress line (after one step) | {Timing.Median(training):F2} | {Timing.Median(training) / Timing.Median(help):F2} |";
    }

    private static double ToFirstTrainingLine()
    {
        var output = Directory.CreateTempSubdirectory("empir-startup-").FullName;
        try
        {
            // One step of 128 images, since a redirected run reports once an epoch.
            return ToFirstLine(["train", "FashionEmpir", "--epochs", "1", "--limit", "128", "--output", output], "epoch 1/1");
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private static double ToFirstLine(string[] arguments, string words)
    {
        var start = new ProcessStartInfo("dotnet", ["run", "-c", "Release", "--project", "examples/Zoo", "--", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var found = new TaskCompletionSource<double>();
        DataReceivedEventHandler look = (_, line) =>
        {
            if (line.Data?.Contains(words, StringComparison.Ordinal) == true)
                found.TrySetResult(watch.Elapsed.TotalSeconds);
        };
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => found.TrySetException(new InvalidOperationException($"'{string.Join(' ', arguments)}' ended without '{words}'."));
        process.OutputDataReceived += look;
        process.ErrorDataReceived += look;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var seconds = found.Task.Result;
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        return seconds;
    }
}
