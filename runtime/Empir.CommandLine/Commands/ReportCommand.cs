using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Reports;
using Empir.Evaluation;
using Empir.Formats;

namespace Empir.CommandLine.Commands;

/// <summary>Writes an evaluation as a page.</summary>
internal sealed class ReportCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly OutputOption output = new();
    private readonly JsonOption json = new("the page's path");

    public ReportCommand(Tool tool) : base(
        "report",
        "Write an evaluation as a page for people.",
        "Reads OUTPUT/evaluation.json and writes OUTPUT/report.html: one file with the headline, every table, curves, example images, "
        + "the card and how to repeat it. It needs no network, no script and no trained members. 'evaluate' and 'run' write it too.",
        $"report {tool.Main?.Name}",
        $"report {tool.Main?.Name} --output results/{tool.Main?.Name} --json")
    {
        this.tool = tool;
        name = EnsembleArgument.Required(tool);
        Arguments.Add(name);
        output.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var spec = parsed.GetRequiredValue(name);
        var folder = output.Read(parsed, spec);
        if (!File.Exists(folder.Evaluation))
            throw new UserErrorException(
                $"{folder.Evaluation}: not there. Run '{tool.Name} evaluate {spec.Name}' first, or name its folder with --output.");
        var evaluation = EvaluationReport.Read(folder.Evaluation);
        if (evaluation.Ensemble != spec.Name)
            throw new UserErrorException(
                $"{folder.Evaluation} is of {evaluation.Ensemble}, not of {spec.Name}. Name the folder of {spec.Name} with --output.");
        var subject = new ReportSubject(evaluation, spec, tool.Name);
        var screen = new Screen(tool, parsed.GetValue(json));
        if (subject.IsOfAnotherSpec)
            screen.Say($"{tool.Name}: warning: {spec.Card.SpecFile} has changed since {folder.Evaluation} was written; the page says so. Evaluate again for numbers of the spec as it is.");
        ReportPage.Write(subject, folder.Report);
        screen.Say($"Written: {folder.Report}");
        screen.Give(() => MachineJson.Of(new { Report = folder.Report }));
        return ExitCode.Done;
    }
}
