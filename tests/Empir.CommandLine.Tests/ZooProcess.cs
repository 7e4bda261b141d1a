using System.Diagnostics;

namespace Empir.CommandLine.Tests;

/// <summary>The console app in a process of its own, as a user starts it.</summary>
internal static class ZooProcess
{
    public static Task<ToolRun> Run(string arguments, params (string Name, string Value)[] environment) => Run("zoo", arguments, environment);

    /// <summary>Another of the example programs.</summary>
    public static async Task<ToolRun> Run(string program, string arguments, (string Name, string Value)[] environment)
    {
        var start = Start(arguments, program);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>Starts it and kills it, with no chance to tidy up, as soon as something is so.</summary>
    public static async Task KillWhen(Func<bool> condition, string arguments)
    {
        using var process = Process.Start(Start(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        while (!condition())
        {
            Assert.False(process.HasExited, "It ended before it could be killed.");
            await Task.Delay(1);
        }
        process.Kill();
        await process.WaitForExitAsync();
        await Task.WhenAll(output, error);
    }

    private static ProcessStartInfo Start(string arguments, string program = "zoo") =>
        new("dotnet", $"\"{Path.Combine(AppContext.BaseDirectory, $"{program}.dll")}\" {arguments}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
}
