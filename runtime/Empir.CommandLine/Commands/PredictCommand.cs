using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;
using Empir.CommandLine.Work;
using Empir.Packed;
using Empir.Specs;

namespace Empir.CommandLine.Commands;

/// <summary>Classifies image files.</summary>
internal sealed class PredictCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly Argument<string[]> files = new("FILES") { Description = "PNG or JPEG images.", Arity = ArgumentArity.OneOrMore };

    private readonly Option<bool> packed = new("--packed")
    {
        Description = "Predict with OUTPUT/NAME.empirpack, which 'pack' writes, and without libtorch.",
    };

    private readonly OutputOption output = new();
    private readonly DeviceOptions device = new();
    private readonly JsonOption json = new("the predictions");

    public PredictCommand(Tool tool) : base(
        "predict",
        "Classify image files.",
        "Shows the ensemble's class of each, the members' mean probability of it, and each member's own class. An image is prepared as the spec's dataset prepares "
        + "its own: for imagenet the short side is scaled and the centre cut out; for the others it has to have the network's size.",
        $"predict {tool.Main?.Name} image.png",
        $"predict {tool.Main?.Name} --packed --json one.png two.png")
    {
        this.tool = tool;
        name = EnsembleArgument.Required(tool);
        Arguments.Add(name);
        Arguments.Add(files);
        Options.Add(packed);
        output.AddTo(this);
        device.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var spec = parsed.GetRequiredValue(name);
        var paths = parsed.GetRequiredValue(files);
        var screen = new Screen(tool, parsed.GetValue(json));
        // An option that is no option of this command is read as a file.
        if (paths.FirstOrDefault(path => path.StartsWith('-') && !File.Exists(path)) is { } mistaken)
            throw new UserErrorException(ParseMistake.UnknownOption(mistaken, this));
        var (folder, compute) = (output.Read(parsed, spec), device.Read(parsed));
        // Apart, so that predicting with a pack touches nothing of TorchSharp.
        var (predictions, asked) = parsed.GetValue(packed) ? Packed(spec, paths, folder, compute, screen) : (Torch(spec, paths, folder, compute), null);
        screen.Show(PredictionTable.Of(predictions, asked));
        screen.Give(() => PredictionTable.Json(spec, predictions, asked));
        return ExitCode.Done;
    }

    private (IReadOnlyList<Prediction> Predictions, PackedStatistics? Asked) Packed(EnsembleSpec spec, string[] paths, OutputFolder folder, Compute compute, Screen screen)
    {
        if (compute.DeviceName != "cpu")
            throw new UserErrorException($"--device {compute.DeviceName}: a packed ensemble runs on the processor. Leave --device or --packed out.");
        var file = folder.Pack(spec.Name);
        var model = PackFile.Read(file, tool, spec);
        if (!PackFile.IsOf(model, spec))
            screen.Say($"{tool.Name}: warning: {spec.Card.SpecFile} has changed since {file} was written. Pack again for the ensemble as it is.");
        var pixels = UserImages.Read(tool, spec, paths, (model.Input.Channels, model.Input.Height, model.Input.Width));
        using var ensemble = PackFile.Open(model, compute.Threads);
        var (classes, logits) = (new int[paths.Length], new float[model.Members.Count * paths.Length * model.Classes]);
        // The lazy vote decides and tells whom it asked; all members run after it because the page shows what each of them says.
        var asked = ensemble.Predict(pixels, classes);
        ensemble.Logits(pixels, logits);
        return (Prediction.Of(paths, [.. model.Members.Select(member => member.Name)], model.ClassNames, classes, logits), asked);
    }

    private IReadOnlyList<Prediction> Torch(EnsembleSpec spec, string[] paths, OutputFolder folder, Compute compute)
    {
        var input = spec.Card.Members[0].Network.Input;
        var pixels = UserImages.Read(tool, spec, paths, (input.Channels, input.Height, input.Width));
        foreach (var member in spec.Card.Members)
            TrainedMembers.CheckPresence(folder.Checkpoint(member.Name), tool, spec);
        var target = compute.Start();
        using var ensemble = spec.Create().To(target);
        TrainedMembers.LoadWeights(tool, spec, folder, ensemble);
        var (classes, logits) = TorchPredictor.Predict(ensemble, pixels);
        return Prediction.Of(paths, [.. spec.Card.Members.Select(member => member.Name)], UserImages.ClassNames(tool, spec, new()), classes, logits);
    }
}
