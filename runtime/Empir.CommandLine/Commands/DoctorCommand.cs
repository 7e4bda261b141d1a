using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;
using Empir.CommandLine.Work;
using Empir.Native;

namespace Empir.CommandLine.Commands;

/// <summary>Shows what the tool runs on.</summary>
internal sealed class DoctorCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly EnsembleArgument name;
    private readonly OutputOption output = new();
    private readonly DeviceOptions device = new();
    private readonly JsonOption json = new("the findings");

    public DoctorCommand(Tool tool) : base(
        "doctor",
        "Show what libtorch, which devices and which packed kernels are in use.",
        "And why these, what was done to make them work, and whether libtorch's own convolution is right on this processor. With NAME, the kernels are those of the layers of "
        + "OUTPUT/NAME.empirpack. Where something does not work it fails, with the reason and the remedy.",
        "doctor",
        $"doctor {tool.Main?.Name}",
        "doctor --device cuda")
    {
        this.tool = tool;
        name = EnsembleArgument.Optional(tool, "The ensemble whose pack's kernels to show; layers of the usual kinds if left out.");
        Arguments.Add(name);
        output.AddTo(this);
        device.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var screen = new Screen(tool, parsed.GetValue(json));
        var kernels = KernelFindings.Of(tool, parsed.GetValue(name) is { } spec ? (spec, output.Read(parsed, spec).Pack(spec.Name)) : null);
        var report = NativeLibraries.Report;
        List<(string, string)> lines = [.. report.Lines];
        var works = report.Failure is null && kernels.Works;
        if (report.Failure is null)
            try
            {
                device.Read(parsed).Start();
                lines.Add(("convolution", ConvolutionCheck.Run()));
            }
            catch (NativeLoadException error)
            {
                // What was found is needed most when the device does not start.
                (works, lines) = (false, [.. lines, ("device", error.Message)]);
            }
        lines.AddRange(kernels.Lines);
        screen.Show(DoctorPage.Of(lines, kernels.Layers));
        screen.Give(() => DoctorPage.Json(lines, kernels.Layers));
        return works ? ExitCode.Done : ExitCode.Failed;
    }
}
