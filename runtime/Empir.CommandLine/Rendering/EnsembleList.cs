using Empir.Formats;
using Empir.Specs;
using Spectre.Console;

namespace Empir.CommandLine.Rendering;

/// <summary>The ensembles there are.</summary>
internal static class EnsembleList
{
    public static Table Table(IEnumerable<EnsembleSpec> ensembles)
    {
        var table = Tables.New().Words("ensemble").Words("members").Words("dataset").Words("description");
        foreach (var spec in ensembles)
            table.Row(
                spec.Name, string.Join(", ", spec.Card.Members.Select(member => $"{member.Name} ({member.Network.Bits})")),
                spec.Training.Dataset, spec.Card.Description);
        return table;
    }

    public static string Json(IEnumerable<EnsembleSpec> ensembles) => MachineJson.Of(ensembles.Select(spec => new
    {
        spec.Name,
        spec.Card.Description,
        spec.Card.SpecFile,
        spec.Training.Dataset,
        Members = spec.Card.Members.Select(member => new { member.Name, Bits = member.Network.Bits }),
    }));
}
