using Empir.Formats;
using Empir.Packed;
using Spectre.Console;

namespace Empir.CommandLine.Rendering;

/// <summary>What was found, chosen and done to run libtorch and packed ensembles.</summary>
internal static class DoctorPage
{
    public static Grid Of(IEnumerable<(string Subject, string Facts)> lines, IEnumerable<PackedLayerKernel> kernels)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        var layers = kernels.GroupBy(layer => (layer.Layer, layer.Kernel)).Select(group => (Title(group.Key.Layer, group.Select(layer => layer.Member)), group.Key.Kernel));
        foreach (var (subject, facts) in lines.Concat(layers))
            grid.AddRow(new Text(subject), new Text(facts));
        return grid;
    }

    public static string Json(IEnumerable<(string Subject, string Facts)> lines, IReadOnlyList<PackedLayerKernel> kernels)
    {
        var json = lines.ToDictionary(line => line.Subject.Replace(' ', '_'), line => (object)line.Facts);
        json["kernels"] = kernels;
        return MachineJson.Of(json);
    }

    private static string Title(string layer, IEnumerable<string> members) =>
        string.Join(", ", members.Where(member => member.Length > 0)) is { Length: > 0 } names ? $"{layer} ({names})" : layer;
}
