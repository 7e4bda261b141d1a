using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Reflection;

namespace Empir.CommandLine.Measuring;

/// <summary>How this program can be started again: some settings hold for a whole process, and so does its peak of memory.</summary>
internal static class SelfProcess
{
    /// <summary>The program, and the arguments that stand before its own.</summary>
    public static IReadOnlyList<string>? Command => (Environment.ProcessPath, Assembly.GetEntryAssembly()?.Location) switch
    {
        (null, _) => null,
        // Started as 'dotnet program.dll'.
        ({ } host, { Length: > 0 } program) when Path.GetFileNameWithoutExtension(host) == "dotnet" => [host, program],
        ({ } program, _) => [program],
    };

    /// <summary>Starts it, with its standard input and output in the caller's hands, and the allocator as Empir sets it unless the environment says otherwise.</summary>
    public static Process Start(IReadOnlyList<string> command, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment.Remove("EMPIR_MALLOC");
        foreach (var (name, value) in environment ?? ReadOnlyDictionary<string, string>.Empty)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
