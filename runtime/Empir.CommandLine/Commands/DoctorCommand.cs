using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;
using Empir.Native;

namespace Empir.CommandLine.Commands;

/// <summary>Shows what the tool runs on.</summary>
internal sealed class DoctorCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly DeviceOptions device = new();
    private readonly JsonOption json = new("the findings");

    public DoctorCommand(Tool tool) : base(
        "doctor",
        "Show what libtorch and which devices are in use.",
        "And why these, and what was done to make them work. Where they do not work it fails, with the reason and the remedy.",
        "doctor",
        "doctor --device cuda")
    {
        this.tool = tool;
        device.AddTo(this);
        Options.Add(json);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var screen = new Screen(tool, parsed.GetValue(json));
        var report = NativeLibraries.Report;
        if (report.Failure is null)
            device.Read(parsed).Start();
        screen.Show(DoctorPage.Of(report));
        screen.Give(() => DoctorPage.Json(report));
        return report.Failure is null ? ExitCode.Done : ExitCode.Failed;
    }
}
