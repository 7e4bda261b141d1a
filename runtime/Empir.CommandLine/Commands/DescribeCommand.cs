using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;

namespace Empir.CommandLine.Commands;

/// <summary>Shows everything known of one ensemble.</summary>
internal sealed class DescribeCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly JsonOption json = new("the card");

    public DescribeCommand(Tool tool) : base(
        "describe",
        "Show everything known of one ensemble.",
        "Its card: members, layers, bits, output shapes, parameters, multiply-accumulates (MACs) and bytes; the fusion rule; "
        + "training and evaluation settings.",
        $"describe {tool.Main?.Name}")
    {
        this.tool = tool;
        name = EnsembleArgument.Required(tool);
        Arguments.Add(name);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var spec = parsed.GetRequiredValue(name);
        var screen = new Screen(tool, parsed.GetValue(json));
        screen.Show(CardPage.Of(spec));
        screen.Give(() => CardJson.Of(spec));
        return ExitCode.Done;
    }
}
