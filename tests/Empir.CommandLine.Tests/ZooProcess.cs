using System.Diagnostics;

namespace Empir.CommandLine.Tests;

/// <summary>The console app in a process of its own, as a user starts it.</summary>
internal static class ZooProcess
{
    // Many times what any of them takes on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static Task<ToolRun> Run(string arguments, params (string Name, string Value)[] environment) => Run("zoo", arguments, environment);

    /// <summary>Another of the example programs.</summary>
    public static async Task<ToolRun> Run(string program, string arguments, (string Name, string Value)[] environment)
    {
        var start = Start(arguments, program);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var limit = new CancellationTokenSource(Patience);
        using var process = Process.Start(start)!;
        return await End(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), limit.Token);
    }

    /// <summary>Starts a program and does something to its process as soon as something is so, and a while later; or waits for its end.</summary>
    /// <returns>Whether it had not ended by itself before, and what became of it.</returns>
    public static async Task<(bool Reached, ToolRun Run)> When(
        Func<bool> condition, TimeSpan later, Action<Process> act, string program, string arguments)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var process = Process.Start(Start(arguments, program))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        while (!condition() && !process.HasExited && !limit.IsCancellationRequested)
            await Task.Delay(1);
        await Task.Delay(later);
        var reached = !process.HasExited && !limit.IsCancellationRequested;
        if (reached)
            act(process);
        return (reached, await End(process, output, error, limit.Token));
    }

    // A process that does not end is killed, and its test fails with what it had said.
    private static async Task<ToolRun> End(Process process, Task<string> output, Task<string> error, CancellationToken limit)
    {
        try
        {
            await process.WaitForExitAsync(limit);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"Killed, since it had not ended after {Patience.TotalMinutes} minutes: {process.StartInfo.Arguments}\n{await output}\n{await error}");
        }
        return new(process.ExitCode, await output, await error);
    }

    // Tests that a shell runs in the background inherit that Ctrl-C is ignored; a program that a user starts does not.
    private static ProcessStartInfo Start(string arguments, string program = "zoo")
    {
        var command = $"\"{Path.Combine(AppContext.BaseDirectory, $"{program}.dll")}\" {arguments}";
        return new(OperatingSystem.IsLinux() ? "env" : "dotnet", OperatingSystem.IsLinux() ? $"--default-signal=INT dotnet {command}" : command)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
