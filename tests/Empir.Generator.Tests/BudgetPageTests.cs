using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Empir.Generator.Tests;

/// <summary>The figures of docs/budget.md are those of the shipped specs.</summary>
public class BudgetPageTests
{
    private const string Begin = "<!-- table: begin -->\n", End = "<!-- table: end -->";

    private static readonly (string File, string Ensemble)[] Papers =
        [("zoo/mnistconv", "MnistConvEmpir"), ("zoo/cifarconv", "CifarConvEmpir"), ("alexnet", "AlexNetEmpir")];

    [Fact]
    public void TheTableIsThatOfTheSpecs()
    {
        var specs = Papers.SelectMany(paper => Variants(File.ReadAllText(Path.Combine(Repository.Root, "specs", paper.File + ".empir.yaml"))));
        var loaded = RuntimeTests.Compiled([.. specs.Select((text, i) => ($"{i}.empir.yaml", (string?)text))]).ToDictionary(spec => spec.Name);
        var table = new StringBuilder("| ensemble | accounting | memory | bit operations | MACs at the wider bits |\n|---|---|---|---|---|\n");
        foreach (var (_, name) in Papers)
        {
            // Two ways to the paper's accounting must agree: charging no exemption, and having none.
            var (honest, paper, supposed) = (loaded[name + Variant.Honest], loaded[name + Variant.Paper], loaded[name + Variant.NothingExempted]);
            Assert.Equal(supposed.Budget! with { Accounting = Specs.BudgetAccounting.Paper }, paper.Budget);
            Row(name, honest, "honest");
            Row(name, supposed, "paper");
        }

        var page = Path.Combine(Repository.Root, "docs", "budget");
        var text = File.ReadAllText(page + ".md").ReplaceLineEndings("\n");
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.Equal("", Verifier.Compare(page + ".md", page + ".received.md", text[..begin] + table + text[end..]));

        void Row(string name, Specs.EnsembleSpec spec, string accounting)
        {
            var cost = spec.Card.CostRelativeTo("full");
            Assert.Equal(cost.Memory, spec.Budget!.Memory!.Ratio, 1e-12);
            Assert.Equal(cost.BitOperations, spec.Budget.Compute!.Ratio, 1e-12);
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {accounting} | {cost.Memory:0.0000} | {cost.BitOperations:0.0000} | {cost.LinearCompute:0.0000} |\n");
        }
    }

    private enum Variant
    {
        Honest,
        Paper,
        NothingExempted,
    }

    // One spec under every accounting, each as an ensemble of its own.
    private static IEnumerable<string> Variants(string spec) => Enum.GetValues<Variant>().Select(variant =>
    {
        var budget = $"budget: {{ relative_to: full, memory: 1000, compute: 1000, accounting: {(variant == Variant.Paper ? "paper" : "honest")} }}";
        var text = Regex.Replace(Regex.Replace(spec, "^budget: .*$", budget, RegexOptions.Multiline), "^ensemble: (.*)$", $"ensemble: $1{variant}", RegexOptions.Multiline);
        return variant == Variant.NothingExempted ? Regex.Replace(text, @", (first: full|last: full|layers: \{[^}]*\})", "") : text;
    });
}
