using Empir.CommandLine.Commands;
using Empir.Data;
using Empir.Specs;

namespace Empir.CommandLine;

/// <summary>What a tool works on and where it writes: the console in a program, strings in a test.</summary>
public sealed record Tool
{
    /// <summary>The program's name, as the user types it.</summary>
    public required string Name { get; init; }

    /// <summary>The ensembles, by the names the user types.</summary>
    public required IReadOnlyList<EnsembleSpec> Ensembles { get; init; }

    /// <summary>The ensemble of a run that names none; null only if there is none at all.</summary>
    public required EnsembleSpec? Main { get; init; }

    /// <summary>The datasets.</summary>
    public required DatasetCatalogue Datasets { get; init; }

    /// <summary>Makes the application's own commands.</summary>
    public Func<Tool, IEnumerable<ToolCommand>> Commands { get; init; } = _ => [];

    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress and mistakes.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>How this program is started, with the arguments before its own; null where the tool is a part of another one.</summary>
    internal IReadOnlyList<string>? Self { get; init; }

    /// <summary>
    /// Runs a command on behalf of another. Its results go where progress goes, since standard output is the caller's; so does
    /// its mistake, if there is one.
    /// </summary>
    /// <param name="args">The command and its arguments.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>The exit code: 0 done, anything else a failure that has been reported.</returns>
    public int Run(IReadOnlyList<string> args, CancellationToken cancellation) =>
        // The commands are synchronous: there is nothing to wait for.
        EmpirTool.RunAsync(this with { Out = Error }, args, cancellation).GetAwaiter().GetResult();
}
