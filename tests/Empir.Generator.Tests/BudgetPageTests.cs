using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Empir.Generator.Tests;

/// <summary>The figures of docs/budget.md are those of the shipped specs.</summary>
public class BudgetPageTests
{
    private const string Begin = "<!-- table: begin -->\n", End = "<!-- table: end -->";

    private static readonly string[] Papers =
        [.. new[] { "mnistconv", "cifarconv", "alexnet" }.Select(name => Path.Combine(Repository.Root, "specs", "zoo", name + ".empir.yaml"))];

    [Fact]
    public void TheTableIsThatOfTheSpecs()
    {
        var table = new StringBuilder("| ensemble | accounting | memory | bit operations | MACs at the wider bits |\n|---|---|---|---|---|\n");
        foreach (var path in Papers)
        {
            var honest = File.ReadAllText(path);
            // What the paper's accounting supposes is a spec that exempts nothing; the two ways to it must agree.
            var nothingExempted = Regex.Replace(honest, @", (first: full|last: full|layers: \{[^}]*\})", "");
            Assert.NotEqual(honest, nothingExempted);
            var (own, supposed) = (Load(honest, "honest"), Load(nothingExempted, "honest"));
            Assert.Equal(supposed.Budget! with { Accounting = Specs.BudgetAccounting.Paper }, Load(honest, "paper").Budget);

            Row(own, "honest");
            Row(supposed, "paper");
        }

        var page = Path.Combine(Repository.Root, "docs", "budget");
        var text = File.ReadAllText(page + ".md").ReplaceLineEndings("\n");
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.Equal("", Verifier.Compare(page + ".md", page + ".received.md", text[..begin] + table + text[end..]));

        void Row(Specs.EnsembleSpec spec, string accounting)
        {
            var cost = spec.Card.CostRelativeTo("full");
            Assert.Equal(cost.Memory, spec.Budget!.Memory!.Ratio, 1e-12);
            Assert.Equal(cost.BitOperations, spec.Budget.Compute!.Ratio, 1e-12);
            table.Append(CultureInfo.InvariantCulture, $"| {spec.Name} | {accounting} | {cost.Memory:0.0000} | {cost.BitOperations:0.0000} | {cost.LinearCompute:0.0000} |\n");
        }
    }

    private static Specs.EnsembleSpec Load(string spec, string accounting) => RuntimeTests.Compiled(("x.empir.yaml", Regex.Replace(
        spec, "^budget: .*$", $"budget: {{ relative_to: full, memory: 1000, compute: 1000, accounting: {accounting} }}", RegexOptions.Multiline))).Single();
}
