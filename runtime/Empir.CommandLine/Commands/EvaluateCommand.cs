using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Work;

namespace Empir.CommandLine.Commands;

/// <summary>Attacks a trained ensemble.</summary>
internal sealed class EvaluateCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly EvaluationOptions evaluation = new();
    private readonly TrainingOptions training = new();
    private readonly PlaceOptions place = new();
    private readonly JsonOption json = new("evaluation.json");

    public EvaluateCommand(Tool tool) : base(
        "evaluate",
        "Attack a trained ensemble and each member alone.",
        "Shows a table per protocol, a row per attack, and writes OUTPUT/evaluation.json and OUTPUT/report.html. Training options say how the members were trained, where that is not as the spec says.",
        $"evaluate {tool.Main?.Name}",
        $"evaluate {tool.Main?.Name} --images 100 --epsilon 0.1",
        $"evaluate {tool.Main?.Name} --protocol white_box --json")
    {
        this.tool = tool;
        name = EnsembleArgument.Required(tool);
        Arguments.Add(name);
        evaluation.AddTo(this);
        training.AddTo(this);
        place.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var spec = parsed.GetRequiredValue(name);
        var work = place.Read(parsed, tool, spec);
        var request = training.Read(parsed);
        var screen = new Screen(tool, parsed.GetValue(json));
        work.Output.Prepare();
        TrainedMembers.CheckPresence(work);
        using var ensemble = work.Build();
        using var data = request.Apply(work.Load(screen));
        var attacks = new EnsembleEvaluation(work, screen, evaluation.Read(parsed));
        attacks.Check(ensemble, data.Test);
        TrainedMembers.Load(work, screen, ensemble, request.Apply(spec.Training), data.Train);
        attacks.Run(ensemble, data.Test, cancellation);
        return ExitCode.Done;
    }
}
