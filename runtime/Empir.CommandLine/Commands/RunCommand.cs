using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Work;

namespace Empir.CommandLine.Commands;

/// <summary>The main job: trains what is not trained, then evaluates.</summary>
internal sealed class RunCommand : ToolCommand
{
    /// <summary>The command's name, which may be left out.</summary>
    public const string Word = "run";

    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly RetrainOption retrain = new();
    private readonly TrainingOptions training = new();
    private readonly EvaluationOptions evaluation = new();
    private readonly PlaceOptions place = new();
    private readonly JsonOption json = new("evaluation.json");

    public RunCommand(Tool tool) : base(
        Word,
        "Train what is not trained yet, then evaluate: the main job.",
        "This is what happens without a command. Trained members are reused, and an interrupted training goes on where it was "
        + "stopped. Shows a table per protocol, a row per attack, and writes OUTPUT/evaluation.json and OUTPUT/report.html.",
        "",
        $"{Word} {tool.Main?.Name} --epochs 1 --limit 1000 --images 50")
    {
        this.tool = tool;
        name = EnsembleArgument.Optional(tool);
        Arguments.Add(name);
        training.AddTo(this);
        Options.Add(retrain);
        evaluation.AddTo(this);
        place.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var spec = parsed.GetValue(name) ?? tool.Main ?? throw new UserErrorException("This program declares no ensemble.");
        var work = place.Read(parsed, tool, spec);
        var request = training.Read(parsed);
        var screen = new Screen(tool, parsed.GetValue(json));
        work.Output.Prepare();
        using var ensemble = work.Build();
        using var data = request.Apply(work.Load(screen));
        var attacks = new EnsembleEvaluation(work, screen, evaluation.Read(parsed));
        attacks.Check(ensemble, data.Test);
        screen.Say($"{spec.Name}: {spec.Card.Description}".TrimEnd(' ', ':'));
        string[] names = [.. spec.Card.Members.Select(member => member.Name)];
        new MemberTraining(work, screen, request.Apply(spec.Training), parsed.GetValue(retrain))
            .Run(ensemble, data.Train, names, cancellation);
        attacks.Run(ensemble, data.Test, cancellation);
        return ExitCode.Done;
    }
}
