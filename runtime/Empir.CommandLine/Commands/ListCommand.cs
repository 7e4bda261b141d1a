using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;

namespace Empir.CommandLine.Commands;

/// <summary>Shows the ensembles there are.</summary>
internal sealed class ListCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly JsonOption json = new("the names and descriptions");

    public ListCommand(Tool tool) : base("list", "Show the ensembles there are.", "A line each: members with their bits (w2 a4 is 2-bit weights and 4-bit activations), dataset, description.", "list")
    {
        this.tool = tool;
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var screen = new Screen(tool, parsed.GetValue(json));
        screen.Show(EnsembleList.Table(tool.Ensembles));
        screen.Give(() => EnsembleList.Json(tool.Ensembles));
        return ExitCode.Done;
    }
}
