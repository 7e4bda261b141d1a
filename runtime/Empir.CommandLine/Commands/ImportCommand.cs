using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;
using Empir.Data;
using Empir.Formats;
using Empir.Training;

namespace Empir.CommandLine.Commands;

/// <summary>Takes over a member's weights from PyTorch.</summary>
internal sealed class ImportCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly WeightsArgument file = new("The member's state_dict as safetensors, with PyTorch's names and layouts.");
    private readonly MemberOption member = new("The member.");
    private readonly Option<bool> replace = new("--replace") { Description = "Replace a checkpoint, or an interrupted training, that is there." };
    private readonly OutputOption output = new();
    private readonly JsonOption json = new("the checkpoint's path and its tensors");

    public ImportCommand(Tool tool) : base(
        "import",
        "Take over a member's weights from PyTorch.",
        "Writes OUTPUT/M.safetensors, which 'evaluate' takes as trained and 'train' leaves as it is, saying that it was imported. "
        + "FILE must have every tensor of the member and no others, as 'safetensors.torch.save_file(model.state_dict(), FILE)' writes them; "
        + $"'{tool.Name} export --json' lists the names and shapes.",
        $"import {tool.Main?.Name} full.safetensors --member {tool.Main?.Card.Members[^1].Name}")
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
        var place = member.ReadRequired(parsed, spec);
        var path = parsed.GetRequiredValue(file);
        var screen = new Screen(tool, parsed.GetValue(json));
        var card = spec.Card.Members[place];
        var checkpoint = output.Read(parsed, spec).Checkpoint(card.Name);
        var unfinished = Trainer.UnfinishedPath(checkpoint);
        if (!parsed.GetValue(replace) && new[] { checkpoint, unfinished }.FirstOrDefault(File.Exists) is { } there)
            throw new UserErrorException($"{there} is there already. Add --replace to lose it, or choose another --output.");
        using var ensemble = spec.Create();
        var network = ensemble.Members[place];
        StateDict.Read(path, network);
        Checkpoint.Write(checkpoint, network, Recipe.Imported(card, Downloader.Sha256(path)), spec.Card.SpecHash);
        // It would otherwise go on and replace what was imported.
        File.Delete(unfinished);
        screen.Say($"Written: {checkpoint}");
        screen.Give(() => MachineJson.Of(new { Checkpoint = checkpoint, Tensors = WeightsJson.Of(network) }));
        return ExitCode.Done;
    }
}
