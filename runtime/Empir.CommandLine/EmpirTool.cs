using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Empir.CommandLine.Commands;
using Empir.CommandLine.Measuring;
using Empir.CommandLine.Parsing;
using Empir.Data;
using Empir.Specs;

namespace Empir.CommandLine;

/// <summary>
/// A command line over an application's ensembles: run (also when nothing is asked for), list, describe, data, train, evaluate, report, pack,
/// predict, bench, export, import and doctor.
/// </summary>
/// <example>
/// The whole of a program:
/// <code>
/// using Digits;    // the project's namespace, where EmpirSpecs is
///
/// return await Empir.CommandLine.EmpirTool.RunAsync(args, EmpirSpecs.All);
/// </code>
/// </example>
public static class EmpirTool
{
    /// <summary>Runs the tool on the process's console; it is named after the program.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="ensembles">The ensembles; the generator collects them as <c>EmpirSpecs.All</c>.</param>
    /// <param name="main">The ensemble of a run that names none; the first of <paramref name="ensembles" /> if null.</param>
    /// <param name="datasets">Datasets the application brings along, beside those that every tool knows.</param>
    /// <param name="commands">Makes commands of the application's own, which may run the tool's; see <see cref="Tool.Run" />.</param>
    /// <returns>The exit code: 0 done, 1 failed, 2 wrong input, 130 interrupted.</returns>
    public static async Task<int> RunAsync(
        string[] args, IReadOnlyList<EnsembleSpec> ensembles, EnsembleSpec? main = null, IReadOnlyList<DatasetSource>? datasets = null,
        Func<Tool, IEnumerable<ToolCommand>>? commands = null)
    {
        using var interruption = new Interruption();
        var tool = new Tool
        {
            Name = Assembly.GetEntryAssembly()?.GetName().Name?.ToLowerInvariant() ?? "empir",
            Ensembles = ensembles,
            Main = main ?? (ensembles.Count > 0 ? ensembles[0] : null),
            Datasets = (datasets ?? []).Aggregate(DatasetCatalogue.Default, (all, source) => all.With(source)),
            Commands = commands ?? (_ => []),
            Out = Console.Out,
            Error = Console.Error,
            Self = SelfProcess.Command,
        };
        return await RunAsync(tool, args, interruption.Token).ConfigureAwait(false);
    }

    internal static async Task<int> RunAsync(Tool tool, IReadOnlyList<string> args, CancellationToken cancellation)
    {
        // Numbers look the same everywhere, so that logs and tables can be compared.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            var parsed = CommandTree.Parse(tool, args);
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = tool.Out,
                    Error = tool.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return Failure.Report(tool, error);
        }
    }
}
