using System.CommandLine;
using Empir.CommandLine.Measuring;
using Empir.CommandLine.Parsing;

namespace Empir.CommandLine.Commands;

/// <summary>What <c>bench</c> starts in processes of their own; nothing for users.</summary>
internal sealed class BenchChildCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly Argument<string> folder = new("FOLDER"), job = new("JOB");

    public BenchChildCommand(Tool tool) : base(BenchChild.Word, "A process of 'bench'.", "Only 'bench' starts it.")
    {
        this.tool = tool;
        Hidden = true;
        name = EnsembleArgument.Required(tool);
        Arguments.Add(name);
        Arguments.Add(folder);
        Arguments.Add(job);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        BenchChild.Run(parsed.GetRequiredValue(name), new(parsed.GetRequiredValue(folder)), parsed.GetRequiredValue(job), Console.In, tool.Out);
        return ExitCode.Done;
    }
}
