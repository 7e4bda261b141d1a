using System.Text;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Layers;

namespace Empir.Generator.Emitting;

/// <summary>A network's layers as an aligned text table: the summary that PyTorch users print, known before anything runs.</summary>
internal static class LayerTable
{
    private const int FirstNumber = 4;
    private static readonly string[] Header = ["layer", "type", "bits", "output", "parameters", "MACs", "bytes"];

    public static IEnumerable<string> Lines(NetworkSpec network)
    {
        var rows = new List<string[]> { Header };
        foreach (var row in network.Rows)
            rows.Add(
            [
                row.Path, row.Layer.Type,
                row.Layer is WeightedLayerSpec { Bits: var bits } ? $"w{Literal.Of(bits.Weights)} a{Literal.Of(bits.Activations)}" : "",
                row.Layer.Output.Join(" x "), Count(row.Layer.Parameters), Count(row.Layer.Macs), Count(row.Layer.Bytes),
            ]);
        rows.Add(["total", "", "", "", Literal.Readable(network.Parameters), Literal.Readable(network.Macs), Literal.Readable(network.Bytes)]);

        var widths = new int[Header.Length];
        foreach (var row in rows)
            for (var column = 0; column < row.Length; column++)
                widths[column] = Math.Max(widths[column], row[column].Length);
        var line = new StringBuilder();
        foreach (var row in rows)
        {
            line.Clear();
            for (var column = 0; column < row.Length; column++)
            {
                var padding = widths[column] - row[column].Length;
                line.Append(' ', (column == 0 ? 0 : 2) + (column < FirstNumber ? 0 : padding)).Append(row[column]).Append(' ', column < FirstNumber ? padding : 0);
            }
            yield return line.ToString().TrimEnd();
        }
    }

    private static string Count(long value) => value == 0 ? "" : Literal.Readable(value);
}
