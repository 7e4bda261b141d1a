using System.Text;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Layers;
using static System.FormattableString;

namespace Empir.Generator.Emitting;

/// <summary>A network's layers as an aligned text table: the summary that PyTorch users print, known before anything runs.</summary>
internal static class LayerTable
{
    private const int FirstNumber = 4;
    private static readonly string[] Header = ["layer", "type", "bits", "output", "parameters", "MACs", "bytes"];

    public static IEnumerable<string> Lines(NetworkSpec network)
    {
        var rows = new List<string[]> { Header };
        rows.AddRange(network.Rows.Select(row => new[]
        {
            row.Path,
            row.Layer.Type,
            row.Layer is WeightedLayerSpec { Bits: var bits } ? Invariant($"w{bits.Weights} a{bits.Activations}") : "",
            row.Layer.Output.Join(" x "),
            Count(row.Layer.Parameters), Count(row.Layer.Macs), Count(row.Layer.Bytes),
        }));
        rows.Add(["total", "", "", "", Literal.Readable(network.Parameters), Literal.Readable(network.Macs), Literal.Readable(network.Bytes)]);

        var widths = Enumerable.Range(0, Header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Length; column++)
                line.Append(column == 0 ? "" : "  ").Append(column < FirstNumber ? row[column].PadRight(widths[column]) : row[column].PadLeft(widths[column]));
            yield return line.ToString().TrimEnd();
        }
    }

    private static string Count(long value) => value == 0 ? "" : Literal.Readable(value);
}
