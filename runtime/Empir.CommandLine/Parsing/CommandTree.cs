using System.CommandLine;
using System.CommandLine.Help;
using Empir.CommandLine.Commands;

namespace Empir.CommandLine.Parsing;

/// <summary>All commands of a tool, and the words that select one of them.</summary>
internal static class CommandTree
{
    /// <summary>Reads the arguments; without a command they are those of the main job.</summary>
    /// <exception cref="UserErrorException">They make no sense.</exception>
    public static ParseResult Parse(Tool tool, IReadOnlyList<string> args)
    {
        var root = Build(tool);
        var words = MeansMainJob(args) ? [RunCommand.Word, .. args] : args;
        var parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        return parsed.Errors.Count == 0 || parsed.Action is { ClearsParseErrors: true }
            ? parsed
            : throw new UserErrorException(ParseMistake.Describe(tool, parsed));
    }

    private static bool MeansMainJob(IReadOnlyList<string> args) =>
        args.Count == 0 || (args[0].StartsWith('-') && args[0] is not ("-h" or "-?" or "--help" or "--version"));

    private static RootCommand Build(Tool tool)
    {
        var main = tool.Main is { } ensemble ? $" Without a command: {RunCommand.Word} {ensemble.Name}." : "";
        var root = new RootCommand($"Trains, attacks and evaluates ensembles of mixed-precision networks.{main}")
        {
            new RunCommand(tool),
            new ListCommand(tool),
            new DescribeCommand(tool),
            new DataCommand(tool),
            new TrainCommand(tool),
            new EvaluateCommand(tool),
            new ReportCommand(tool),
            new PackCommand(tool),
            new PredictCommand(tool),
            new BenchCommand(tool),
            new BenchChildCommand(tool),
            new ExportCommand(tool),
            new ImportCommand(tool),
            new DoctorCommand(tool),
        };
        foreach (var command in tool.Commands(tool))
            root.Subcommands.Add(command);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Show what a command does, its options and an example.";
        help.Action = new HelpWithExamples(tool, (HelpAction)help.Action!);
        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
        return root;
    }
}
