using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;
using Empir.CommandLine.Work;

namespace Empir.CommandLine.Commands;

/// <summary>Trains the members of an ensemble.</summary>
internal sealed class TrainCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;

    private readonly MemberOption member = new("Train this member only. [default: all]");

    private readonly RetrainOption retrain = new();
    private readonly TrainingOptions training = new();
    private readonly PlaceOptions place = new();
    private readonly JsonOption json = new("the members, their checkpoints and accuracies");

    public TrainCommand(Tool tool) : base(
        "train",
        "Train the members of an ensemble.",
        "Each member is kept as a checkpoint, OUTPUT/MEMBER.safetensors. Members that are trained already are "
        + "left as they are; an interrupted run goes on where it was stopped, to the same bits.",
        $"train {tool.Main?.Name}",
        $"train {tool.Main?.Name} --member {tool.Main?.Card.Members[0].Name} --epochs 10",
        $"train {tool.Main?.Name} --device cuda --retrain")
    {
        this.tool = tool;
        name = EnsembleArgument.Required(tool);
        Arguments.Add(name);
        member.AddTo(this);
        training.AddTo(this);
        Options.Add(retrain);
        place.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var spec = parsed.GetRequiredValue(name);
        string[] all = [.. spec.Card.Members.Select(card => card.Name)];
        var names = member.Read(parsed, spec) is { } one ? [all[one]] : all;
        var work = place.Read(parsed, tool, spec);
        var request = training.Read(parsed);
        var screen = new Screen(tool, parsed.GetValue(json));
        work.Output.Prepare();
        using var ensemble = work.Build();
        using var data = request.Apply(work.Load(screen));
        var trained = new MemberTraining(work, screen, request.Apply(spec.Training), parsed.GetValue(retrain))
            .Run(ensemble, data.Train, names, cancellation);
        var accuracies = TestAccuracy.Of(ensemble, names, data.Test, cancellation);
        screen.Show(AccuracyTable.Of(accuracies));
        screen.Give(() => TrainingJson.Of(spec, trained, accuracies));
        return ExitCode.Done;
    }
}
