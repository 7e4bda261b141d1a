using System.Diagnostics;

namespace Empir.Native;

/// <summary>Another process that loads libtorch from nothing, runs one operation and prints its report.</summary>
internal static class ChildProcess
{
    /// <summary>Starts the process and gives what it prints on standard output.</summary>
    /// <param name="environment">Variables it sees besides this process's own.</param>
    public static async Task<string> Report(params (string Name, string Value)[] environment)
    {
        var tests = typeof(ChildProcess).Assembly.Location;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", tests])
        {
            RedirectStandardOutput = true,
        };
        // The test assembly's own Main does nothing; the hook below runs before it.
        start.Environment["DOTNET_STARTUP_HOOKS"] = tests;
        start.Environment.Remove(LibtorchSearch.Variable);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
