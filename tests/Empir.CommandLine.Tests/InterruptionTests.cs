using System.Diagnostics;
using System.Globalization;

namespace Empir.CommandLine.Tests;

/// <summary>A training process that is asked to end says so, keeps what is done, and goes on to the same bytes.</summary>
public sealed class InterruptionTests : IDisposable
{
    private readonly TemporaryFolder whole = new(), stopped = new();

    public void Dispose()
    {
        whole.Dispose();
        stopped.Dispose();
    }

    [SignalTheory, InlineData("INT"), InlineData("TERM")]
    public async Task ASignalStopsTrainingAndSavesIt(string signal)
    {
        const string program = "Empir.CommandLine.Tests";
        Assert.Equal(0, (await ZooProcess.Run(program, Arguments(whole), [])).ExitCode);
        var metrics = stopped["full.metrics.jsonl"];

        var (reached, run) = await ZooProcess.When(
            () => File.Exists(metrics) && File.Exists(stopped["full.unfinished.safetensors"]), TimeSpan.Zero,
            process => Send(signal, process), program, Arguments(stopped));

        Assert.True(reached, $"It ended before it could be interrupted. {run.Error}");
        Assert.Equal(130, run.ExitCode);
        var lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith($"{program.ToLowerInvariant()}: stopped while training full.", lines[^1]);
        Assert.All(lines[..^1], line => Assert.StartsWith("full: ", line));
        Assert.Empty(run.Out);
        Assert.True(File.Exists(stopped["full.unfinished.safetensors"]));
        Assert.False(File.Exists(stopped["full.safetensors"]));

        var resumed = await ZooProcess.Run(program, Arguments(stopped), []);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("full: an interrupted run is there", resumed.Error);
        Assert.Equal(File.ReadAllBytes(whole["full.safetensors"]), File.ReadAllBytes(stopped["full.safetensors"]));
        Assert.False(File.Exists(stopped["full.unfinished.safetensors"]));
    }

    // Long enough to be interrupted on a busy machine.
    private static string Arguments(TemporaryFolder folder) =>
        $"train {TinyProgram.Plain} --member full --threads 1 --epochs 200 --output \"{folder.Path}\"";

    private static void Send(string signal, Process process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
