using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;
using Empir.CommandLine.Work;
using Empir.Files;
using Empir.Packed;
using Empir.Packing;

namespace Empir.CommandLine.Commands;

/// <summary>Writes a trained ensemble as a packed one.</summary>
internal sealed class PackCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;

    private readonly Option<bool> verify = new("--verify")
    {
        Description = "Also compare its decisions, and each member's, with TorchSharp's on the test images; a difference is exit code 1.",
    };

    private readonly Option<int?> images = Parsers.Count("--images", "With --verify: compare the first N test images. [default: all]");
    private readonly PlaceOptions place = new();
    private readonly JsonOption json = new("the file, its bytes and bits, and what was verified");

    public PackCommand(Tool tool) : base(
        "pack",
        "Write a trained ensemble for deployment, quantised weights at their bits.",
        "Writes OUTPUT/NAME.empirpack from the members' checkpoints: the file that 'predict --packed' and the library Empir.Packed "
        + "predict with, without libtorch. How the members were trained does not matter. An existing file is replaced as a whole or not at all.",
        $"pack {tool.Main?.Name}",
        $"pack {tool.Main?.Name} --verify --images 1000")
    {
        this.tool = tool;
        name = EnsembleArgument.Required(tool);
        Arguments.Add(name);
        Options.Add(verify);
        Options.Add(images);
        place.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var spec = parsed.GetRequiredValue(name);
        var work = place.Read(parsed, tool, spec);
        var screen = new Screen(tool, parsed.GetValue(json));
        if (parsed.GetValue(images) is not null && !parsed.GetValue(verify))
            throw new UserErrorException("--images is about --verify, which is not asked for. Add --verify.");
        TrainedMembers.CheckPresence(work);
        using var ensemble = work.Build();
        using var data = parsed.GetValue(verify) ? work.Load(screen) : null;
        if (data is not null && parsed.GetValue(images) is { } wanted)
            Checked.Available(data.Test, wanted, "--images");
        TrainedMembers.LoadWeights(tool, spec, work.Output, ensemble);
        var model = Packer.Pack(ensemble, UserImages.ClassNames(tool, spec, work.Data));
        var path = work.Output.Pack(spec.Name);
        var bytes = PackedFile.ToBytes(model);
        AtomicFile.Write(path, stream => stream.Write(bytes));
        screen.Say($"Written: {path}");
        PackVerification? verified = null;
        if (data is not null)
        {
            // The file as it is on the disk, not what went into it.
            using var packed = PackFile.Open(PackFile.Read(path, tool, spec), work.Compute.Threads);
            verified = PackVerification.Of(ensemble, packed, data.Test, parsed.GetValue(images) ?? data.Test.Count, cancellation);
        }
        var sizes = PackSizes.Of(model);
        var hasBatchNorm = spec.Card.Members.Any(member => member.Network.Layers.Any(layer => layer.Type == "batch_norm"));
        screen.Show(PackTable.Of(sizes, verified, hasBatchNorm));
        screen.Give(() => PackTable.Json(path, sizes, verified));
        if (verified is not { IsSame: false })
            return ExitCode.Done;
        screen.Say($"{tool.Name}: {path}: {PackTable.Verdict(verified, hasBatchNorm)}");
        return ExitCode.Failed;
    }
}
