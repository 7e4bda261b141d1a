using Empir.Attacks;
using Empir.CommandLine.Rendering;
using Empir.Evaluation;

namespace Empir.CommandLine.Tests;

public class RobustnessTableTests
{
    [Fact]
    public void AnUnboundedAttackNeverShowsItsRateWithoutItsDistance()
    {
        var text = Text(Row("CW-L2", RowKind.Attack, double.PositiveInfinity, 0.25, 1.234));

        Assert.Contains("│ CW-L2                            │  25.0% │", text);
        Assert.Contains("│   mean L2 of the images it broke │   1.23 │", text);
    }

    [Fact]
    public void ABoundedAttackShowsItsRate() =>
        Assert.Contains("│ PGD            │   5.0% │", Text(Row("PGD", RowKind.Attack, 0.2, 0.05, 3)));

    [Fact]
    public void CleanAndWorstCaseShowWhatTheImagesProveRoundedOutwards()
    {
        var text = Text(Row("PGD", RowKind.Attack, 0.2, 0.8, 3) with { Cells = [new("full", null, 0.8, 3, null, "1111111100")] });

        Assert.Contains("│ clean          │  80.0% │", text);
        Assert.Contains("│   95% interval │ 49-95% │", text);
    }

    [Fact]
    public void IntervalsMakeNoColumnWider() =>
        Assert.Equal(["0-1%", "49-95%", "99-100%"], new WilsonInterval[] { new(0, 0.0099), new(0.4902, 0.9433), new(0.9999, 1) }.Select(interval => interval.Text));

    private static RowResult Row(string name, RowKind kind, double epsilon, double accuracy, double? l2) =>
        new(name, kind, new ThreatModel(Norm.Linf, epsilon), null, [new("full", null, accuracy, l2, null, "")]);

    private static string Text(RowResult attack)
    {
        var protocol = new ProtocolResult("paper", "title", LabelPolicy.Predicted, 10,
            [new("clean", RowKind.Clean, null, null, attack.Cells), attack, Row("worst case", RowKind.WorstCase, 0.2, 0, null)]);
        var report = new EvaluationReport(
            "TinyEmpir", "", "", "", [], new("stripes", "", 10, 20), 0, new("", "", "", "", "", "cpu", 1), [protocol]);
        using var writer = new StringWriter();
        var screen = new Screen(
            new Tool { Name = "", Ensembles = [], Main = null, Datasets = new([]), Out = writer, Error = writer }, json: false);
        screen.Show(RobustnessTable.Of(protocol, report, TinyEmpir.Spec.Card));
        return writer.ToString();
    }
}
