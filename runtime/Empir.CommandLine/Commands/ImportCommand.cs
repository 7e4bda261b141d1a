using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;
using Empir.CommandLine.Work;
using Empir.Data;
using Empir.Formats;
using Empir.Packing;
using Empir.Training;

namespace Empir.CommandLine.Commands;

/// <summary>Takes over a member's weights from PyTorch, or all members' from a packed ensemble.</summary>
internal sealed class ImportCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly WeightsArgument file = new("The member's state_dict as safetensors, with PyTorch's names and layouts, or an .empirpack file.");
    private readonly MemberOption member = new("The member; all of them if FILE is a packed ensemble.");
    private readonly Option<bool> replace = new("--replace") { Description = "Replace a checkpoint, or an interrupted training, that is there." };
    private readonly OutputOption output = new();
    private readonly JsonOption json = new("the checkpoint's path and its tensors");

    public ImportCommand(Tool tool) : base(
        "import",
        "Take over weights from PyTorch, or from a packed ensemble.",
        "Writes OUTPUT/M.safetensors, which 'evaluate' takes as trained and 'train' leaves as it is, saying that it was imported. "
        + "FILE must have every tensor of the member and no others, as 'safetensors.torch.save_file(model.state_dict(), FILE)' writes them; "
        + $"'{tool.Name} export --json' lists the names and shapes. From an .empirpack file come the members as they are deployed, to be attacked.",
        $"import {tool.Main?.Name} full.safetensors --member {tool.Main?.Card.Members[^1].Name}",
        $"import {tool.Main?.Name} {tool.Main?.Name}.empirpack")
    {
        this.tool = tool;
        name = EnsembleArgument.Required(tool);
        Arguments.Add(name);
        Arguments.Add(file);
        member.AddTo(this);
        Options.Add(replace);
        output.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var spec = parsed.GetRequiredValue(name);
        var path = parsed.GetRequiredValue(file);
        var packed = Path.GetExtension(path) == ".empirpack" ? PackFile.Read(path, tool, spec) : null;
        int[] places = packed is null ? [member.ReadRequired(parsed, spec)]
            : member.Read(parsed, spec) is { } one ? [one] : [.. Enumerable.Range(0, spec.Card.Members.Count)];
        var screen = new Screen(tool, parsed.GetValue(json));
        var folder = output.Read(parsed, spec);
        string[] checkpoints = [.. places.Select(place => folder.Checkpoint(spec.Card.Members[place].Name))];
        // Interrupted runs, which would otherwise go on and replace what is imported.
        string[] unfinished =
        [
            .. checkpoints.Select(Trainer.UnfinishedPath),
            .. spec.Training.Recipe.IsJoint ? [Trainer.UnfinishedPath([.. spec.Card.Members.Select(one => folder.Checkpoint(one.Name))])] : Array.Empty<string>(),
        ];
        if (!parsed.GetValue(replace) && checkpoints.Concat(unfinished).FirstOrDefault(File.Exists) is { } there)
            throw new UserErrorException($"{there} is there already. Add --replace to lose it, or choose another --output.");
        using var ensemble = spec.Create();
        foreach (var place in places)
        {
            if (packed is null)
                StateDict.Read(path, ensemble.Members[place]);
            else
                Unpacker.Unpack(packed, ensemble, place);
        }
        foreach (var (place, checkpoint) in places.Zip(checkpoints))
        {
            Checkpoint.Write(checkpoint, ensemble.Members[place], Recipe.Imported(spec.Card.Members[place], Downloader.Sha256(path)), spec.Card.SpecHash);
            // Of the training that it was not.
            File.Delete(EpochMetrics.PathBeside(checkpoint));
            screen.Say($"Written: {checkpoint}");
        }
        foreach (var interrupted in unfinished)
            File.Delete(interrupted);
        screen.Give(() => packed is null
            ? MachineJson.Of(new { Checkpoint = checkpoints[0], Tensors = WeightsJson.Of(ensemble.Members[places[0]]) })
            : MachineJson.Of(new { Checkpoints = checkpoints }));
        return ExitCode.Done;
    }
}
