using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Tests.Attacks;

namespace Empir.Tests.Evaluation;

public partial class EvaluationPageTests
{
    private static readonly string[] Rows = ["protocols[].rows[]", "clean", "ladder[]", "transfer[]"];

    [Fact]
    public void The_page_lists_exactly_the_fields_that_are_written()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "evaluation.md"));
        var parts = page.Split("## Rows");
        var report = Report();
        var written = new SortedSet<string>(StringComparer.Ordinal);
        Collect(JsonNode.Parse(report.ToJson()), "", written);
        // Where there is no attack there is no threat to look into.
        var documented = Fields(parts[0]).Concat(
            from row in Rows
            from field in Fields(parts[1])
            where row != "clean" || !field.StartsWith("threat.", StringComparison.Ordinal)
            select $"{row}.{field}");

        Assert.Equal(documented.Order(StringComparer.Ordinal), written);
        Assert.Contains($"| `format` | `{report.Format}` |", page, StringComparison.Ordinal);
    }

    private static EvaluationReport Report()
    {
        using var ensemble = new AnyEnsemble(new Majority(0), new LinearClassifier([.. Enumerable.Repeat(1f, 16)], -8));
        using var images = new ImageDataset("black", ["zero", "one"], (1, 4, 4), new byte[10 * 16], new byte[10]);
        return new Evaluator(ensemble, 1).Run(
            new(ThreatModel.Linf(0.3), [ProtocolName.Paper, ProtocolName.WhiteBox]) { Ladder = true, Transfer = true, Masking = true }, images);
    }

    // Paths of all values; of rows and of a threat also the path itself, and nothing inside an attack's own parameters.
    private static void Collect(JsonNode? node, string path, SortedSet<string> found)
    {
        if (node is JsonArray list)
        {
            if (Rows.Contains(path + "[]"))
                found.Add(path + "[]");
            foreach (var item in list)
                Collect(item, path + "[]", found);
        }
        else if (node is JsonObject section && !path.EndsWith(".parameters", StringComparison.Ordinal))
        {
            if (Rows.Contains(path) || path.EndsWith(".threat", StringComparison.Ordinal))
                found.Add(path);
            foreach (var (name, value) in section)
                Collect(value, path.Length == 0 ? name : $"{path}.{name}", found);
        }
        else
            found.Add(path);
    }

    private static IEnumerable<string> Fields(string part) => Field().Matches(part).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Field();
}
