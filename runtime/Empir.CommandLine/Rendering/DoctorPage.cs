using Empir.Formats;
using Spectre.Console;

namespace Empir.CommandLine.Rendering;

/// <summary>What was found, chosen and done to run libtorch and packed ensembles.</summary>
internal static class DoctorPage
{
    public static Grid Of(IEnumerable<(string Subject, string Facts)> lines)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (subject, facts) in lines)
            grid.AddRow(new Text(subject), new Text(facts));
        return grid;
    }

    public static string Json(IEnumerable<(string Subject, string Facts)> lines) =>
        MachineJson.Of(lines.ToDictionary(line => line.Subject.Replace(' ', '_'), line => line.Facts));
}
