using Empir.Formats;
using Empir.Native;
using Spectre.Console;

namespace Empir.CommandLine.Rendering;

/// <summary>What was found, chosen and done to run libtorch.</summary>
internal static class DoctorPage
{
    public static Grid Of(NativeReport report)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (subject, facts) in report.Lines)
            grid.AddRow(new Text(subject), new Text(facts));
        return grid;
    }

    public static string Json(NativeReport report) =>
        MachineJson.Of(report.Lines.ToDictionary(line => line.Subject.Replace(' ', '_'), line => line.Facts));
}
