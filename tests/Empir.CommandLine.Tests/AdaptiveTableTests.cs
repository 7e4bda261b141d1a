using System.Text.RegularExpressions;
using Empir.Attacks;
using Empir.CommandLine.Rendering;
using Empir.Evaluation;

namespace Empir.CommandLine.Tests;

public partial class AdaptiveTableTests
{
    private static readonly ThreatModel Threat = ThreatModel.Linf(0.2);

    [Fact]
    public void EveryRowSaysWhatIsLeftAndWhatItBrokeOfThoseItMet()
    {
        var text = Spaces().Replace(Text(), " ");

        Assert.Contains("│ APGD-CE │ 40.0% │ 20.0% │\n│ │ 6 of 10 │ 8 of 10 │", text);
        Assert.Contains("│ APGD-CE on vote_margin │ 30.0% │ 5 of 8 │", text);
        Assert.Contains("│ APGD-CE on mean_logits │ 10.0% │ 2 of 3 │", text);
        Assert.Contains("│ worst case │ 10.0% │ 95% interval 1-41% │", text);
    }

    [Fact]
    public void AttacksThatMetNoImageAreOnlyCounted()
    {
        var text = Text();

        Assert.Contains("│ 2 more: no image left", text);
        Assert.DoesNotContain("Square", text);
    }

    [Fact]
    public void ItFitsANarrowTerminal() => Assert.All(Text().Split('\n'), line => Assert.InRange(line.Length, 0, 120));

    private static string Text()
    {
        var protocol = new ProtocolResult("adaptive", "title", LabelPolicy.True, 10,
        [
            new("clean", RowKind.Clean, null, null, [Cell("full", 10, 0), Cell("low_a", 10, 0), Cell("TinyEmpir", 8, 0)]),
            Attack("APGD-CE", Cell("full", 4, 10), Cell("low_a", 2, 10)),
            Attack("APGD-CE on vote_margin", Cell("TinyEmpir", 3, 8)),
            Attack("APGD-CE on mean_logits", Cell("TinyEmpir", 1, 3)),
            Attack("Square on vote_margin", Cell("TinyEmpir", 1, 0)),
            Attack("Square on mean_logits", Cell("TinyEmpir", 1, 0)),
            new("worst case", RowKind.WorstCase, Threat, null, [Cell("full", 4, 0), Cell("low_a", 2, 0), Cell("TinyEmpir", 1, 0)]),
        ])
        {
            Cumulative = true,
        };
        var report = new EvaluationReport(
            "TinyEmpir", "", "", "", [], new("stripes", "", 10, 20), 0, new("", "", "", "", "", "cpu", 1), [protocol]);
        using var writer = new StringWriter();
        var screen = new Screen(
            new Tool { Name = "", Ensembles = [], Main = null, Datasets = new([]), Out = writer, Error = writer }, json: false);
        screen.Show(AdaptiveTable.Of(protocol, report, TinyEmpir.Spec.Card));
        return writer.ToString();

        RowResult Attack(string name, params CellResult[] cells) => new(name, RowKind.Attack, Threat, null, cells);
    }

    private static CellResult Cell(string system, int right, int tried) =>
        new(system, null, right / 10.0, null, null, new string('1', right) + new string('0', 10 - right)) { Tried = tried };

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
