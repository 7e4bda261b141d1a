using System.Diagnostics;

namespace Empir.Packaging.Tests;

/// <summary>The <c>dotnet</c> command in a folder, as a user calls it.</summary>
internal static class DotNet
{
    /// <summary>The command's exit code and everything it printed.</summary>
    public static async Task<(int ExitCode, string Output)> Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The test host's settings are not the user's, a package folder named outside would get our packages, and a build node left
        // behind would keep our pipes open.
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    /// <summary>What a command that must succeed printed.</summary>
    public static async Task<string> Succeed(string folder, params string[] arguments)
    {
        var (exitCode, output) = await Run(folder, arguments);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output;
    }

    private static bool IsForeign(string variable) =>
        variable.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || variable is "NUGET_PACKAGES" or "NUGET_FALLBACK_PACKAGES";
}
