using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;
using Empir.CommandLine.Work;
using Empir.Formats;

namespace Empir.CommandLine.Commands;

/// <summary>Writes a trained member for PyTorch.</summary>
internal sealed class ExportCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly WeightsArgument file = new("The file to write, such as full.safetensors; replaced if it is there.");
    private readonly MemberOption member = new("The member.");
    private readonly OutputOption output = new();
    private readonly JsonOption json = new("the file's path and its tensors");

    public ExportCommand(Tool tool) : base(
        "export",
        "Write a trained member's weights for PyTorch.",
        "FILE is the member's state_dict as safetensors, with PyTorch's names and layouts; 'safetensors.torch.load_file' and "
        + "'load_state_dict' take it. A quantised layer's weights are those it is trained in, before quantisation.",
        $"export {tool.Main?.Name} full.safetensors --member {tool.Main?.Card.Members[^1].Name}")
    {
        this.tool = tool;
        name = EnsembleArgument.Required(tool);
        Arguments.Add(name);
        Arguments.Add(file);
        member.AddTo(this);
        output.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var spec = parsed.GetRequiredValue(name);
        var place = member.ReadRequired(parsed, spec);
        var path = parsed.GetRequiredValue(file);
        var screen = new Screen(tool, parsed.GetValue(json));
        var folder = output.Read(parsed, spec);
        var checkpoint = folder.Checkpoint(spec.Card.Members[place].Name);
        TrainedMembers.CheckPresence(checkpoint, tool, spec);
        if (spec.Card.Members.FirstOrDefault(one => Path.GetFullPath(folder.Checkpoint(one.Name)) == Path.GetFullPath(path)) is { } own)
            throw new UserErrorException($"{path} is the checkpoint of {own.Name}, which the export would replace. Choose another file.");
        using var ensemble = spec.Create();
        var network = ensemble.Members[place];
        StateDict.Read(checkpoint, network);
        StateDict.Write(path, network);
        screen.Say($"Written: {path}");
        screen.Give(() => MachineJson.Of(new { File = path, Tensors = WeightsJson.Of(network) }));
        return ExitCode.Done;
    }
}
