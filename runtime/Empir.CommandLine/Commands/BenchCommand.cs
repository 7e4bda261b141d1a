using System.CommandLine;
using Empir.CommandLine.Measuring;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;
using Empir.CommandLine.Work;
using static TorchSharp.torch;

namespace Empir.CommandLine.Commands;

/// <summary>Measures a trained ensemble, packed and in TorchSharp.</summary>
internal sealed class BenchCommand : ToolCommand
{
    private const int DefaultImages = 1000;

    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly Option<int?> images = Parsers.Count("--images", $"The first N test images, on which decisions are compared; rounds take the first few of them. [default: {DefaultImages}]");
    private readonly Option<int[]?> threads = Parsers.Counts("--threads", "Numbers of threads, with commas between them. [default: 1, and one per processor]", maximum: 1024);
    private readonly Option<int[]?> batches = Parsers.Counts("--batch", "Images of a call, with commas between them. [default: 1,128]");
    private readonly Option<int?> rounds = Parsers.Count("--rounds", "Rounds that count. [default: 7]");
    private readonly KernelOption kernel = new();

    private readonly Option<bool> underAttack = new("--under-attack")
    {
        Description = "Also on images perturbed by PGD at the spec's radius, where members disagree most and the lazy vote pays least.",
    };

    private readonly DataOption data = new();
    private readonly OutputOption output = new();
    private readonly JsonOption json = new("ratios, raw medians, kernels, decisions and the machine");

    public BenchCommand(Tool tool) : base(
        "bench",
        "Measure a trained ensemble, packed and in TorchSharp.",
        "One run of alternating rounds on test images: the full-precision member in TorchSharp, each member packed, the packed ensemble "
        + "with all members always and with the lazy vote, and the whole ensemble in TorchSharp. The headline ratios are to the full-precision member, in TorchSharp "
        + "and packed, by 1 thread in batches of 128. "
        + "Compare ratios, never seconds of different runs.",
        $"bench {tool.Main?.Name}",
        $"bench {tool.Main?.Name} --threads 1 --batch 1,128 --under-attack --json",
        $"bench {tool.Main?.Name} --kernel avx2")
    {
        this.tool = tool;
        name = EnsembleArgument.Required(tool);
        Arguments.Add(name);
        Options.Add(images);
        Options.Add(threads);
        Options.Add(batches);
        Options.Add(rounds);
        kernel.AddTo(this);
        Options.Add(underAttack);
        data.AddTo(this);
        output.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var spec = parsed.GetRequiredValue(name);
        var work = new Workplace(tool, spec, output.Read(parsed, spec), data.Read(parsed), new("cpu", null));
        var screen = new Screen(tool, parsed.GetValue(json));
        TrainedMembers.CheckPresence(work);
        using var ensemble = work.Build();
        using var split = work.Load(screen);
        var count = parsed.GetValue(images) ?? Math.Min(DefaultImages, split.Test.Count);
        Checked.Available(split.Test, count, "--images");
        TrainedMembers.LoadWeights(tool, spec, work.Output, ensemble);
        var request = new BenchRequest(
            parsed.GetValue(threads) is { Length: > 0 } counts ? counts : [.. new[] { 1, Environment.ProcessorCount }.Distinct()],
            parsed.GetValue(batches) is { Length: > 0 } sizes ? sizes : [1, 128],
            parsed.GetValue(rounds) ?? 7, kernel.Read(parsed), parsed.GetValue(underAttack));
        var (pixels, labels) = split.Test.Range(0, count, CPU);
        using var x = pixels;
        using var y = labels;
        var result = new Bench(spec, ensemble, UserImages.ClassNames(tool, spec, work.Data), request, tool.Self).Run(x, y, screen.Say, cancellation);
        screen.Show(BenchTable.Of(result));
        screen.Give(result.ToJson);
        return ExitCode.Done;
    }
}
