using System.Text.Json.Nodes;
using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Formats;
using Empir.Tests.Attacks;

namespace Empir.Tests.Evaluation;

/// <summary>evaluation.json, read again.</summary>
public sealed class EvaluationFileTests : IDisposable
{
    private static readonly EvaluationReport Report = Evaluate();

    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("evaluation.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Written_read_and_written_again_it_is_the_same_to_the_byte()
    {
        Report.Write(Path);
        var bytes = File.ReadAllBytes(Path);
        Assert.NotEmpty(Report.Examples);

        EvaluationReport.Read(Path).Write(Path);

        Assert.Equal(bytes, File.ReadAllBytes(Path));
    }

    [Fact]
    public void What_is_read_has_its_values()
    {
        Report.Write(Path);

        var read = EvaluationReport.Read(Path);

        Assert.Equal(double.PositiveInfinity, read.Protocols[0].Rows[1].Threat!.Epsilon);
        Assert.Equal(LabelPolicy.Predicted, read.Protocols[0].Labels);
        Assert.Equal(Report.Protocols[1].Rows[3].Cells[0], read.Protocols[1].Rows[3].Cells[0]);
        Assert.Equal(Report.Examples[0].Votes, read.Examples[0].Votes);
        Assert.Equal(MaskingVerdict.Tripped, read.Masking![0].Verdict);
    }

    [Fact]
    public void A_file_that_is_not_there_or_of_another_format_is_the_users_mistake()
    {
        Assert.Contains(Path, Assert.Throws<UserErrorException>(() => EvaluationReport.Read(Path)).Message, StringComparison.Ordinal);

        File.WriteAllText(Path, Report.ToJson().Replace(Report.Format, "empir-evaluation-1", StringComparison.Ordinal));

        var mistake = Assert.Throws<UserErrorException>(() => EvaluationReport.Read(Path)).Message;
        Assert.Contains("is of format empir-evaluation-1, this version reads " + Report.Format, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("members", "null")]
    [InlineData("members", "[null]")]
    [InlineData("seed", "\"seven\"")]
    [InlineData("data.images", "7")]
    [InlineData("data.images", "0")]
    [InlineData("protocols.0.images", "7")]
    [InlineData("data.classes.0", "null")]
    [InlineData("protocols.0.rows.0.cells.0.system", "\"other\"")]
    [InlineData("ladder.1.cells.0.system", "\"other\"")]
    [InlineData("protocols.0.rows.1.cells.0.accuracy", "0.5")]
    [InlineData("data.shape", "[1, 4]")]
    [InlineData("data.classes", "[]")]
    [InlineData("protocols", "[null]")]
    [InlineData("clean", "null")]
    [InlineData("clean.cells", "[]")]
    [InlineData("clean.kind", "\"attack\"")]
    [InlineData("clean.cells.0.right", "\"11\"")]
    [InlineData("clean.cells.1.system", "\"other\"")]
    [InlineData("protocols.0.rows", "[]")]
    [InlineData("protocols.0.rows.0.kind", "\"attack\"")]
    [InlineData("protocols.0.rows.1.threat", "null")]
    [InlineData("protocols.0.rows.1", "null")]
    [InlineData("protocols.0.rows.1.cells", "[]")]
    [InlineData("protocols.0.rows.1.cells.0", "null")]
    [InlineData("protocols.0.rows.1.cells.0.right", "\"2\"")]
    [InlineData("protocols.0.rows.1.cells.0.accuracy", "1.5")]
    [InlineData("protocols.0.labels", "\"guessed\"")]
    [InlineData("ladder", "[]")]
    [InlineData("ladder.1.threat.epsilon", "\"Infinity\"")]
    [InlineData("transfer.0.threat", "null")]
    [InlineData("masking.0", "null")]
    [InlineData("masking.0.evidence", "[null]")]
    [InlineData("examples.0", "null")]
    [InlineData("examples.0.label", "2")]
    [InlineData("examples.0.clean", "\"AAAA\"")]
    [InlineData("examples.0.adversarial", "\"?\"")]
    [InlineData("examples.0.votes", "[]")]
    [InlineData("examples.0.votes.0", "null")]
    [InlineData("examples.0.votes.0.clean", "-1")]
    public void What_no_evaluation_writes_is_damage(string place, string value)
    {
        var json = JsonNode.Parse(Report.ToJson())!;
        var steps = place.Split('.');
        var owner = steps.SkipLast(1).Aggregate(json, (node, step) => (int.TryParse(step, out var index) ? node[index] : node[step])!);
        if (int.TryParse(steps[^1], out var last))
            owner[last] = JsonNode.Parse(value);
        else
        {
            Assert.True(owner.AsObject().ContainsKey(steps[^1]));
            owner[steps[^1]] = JsonNode.Parse(value);
        }
        File.WriteAllText(Path, json.ToJsonString());

        Assert.StartsWith($"{Path} is damaged: ", Assert.Throws<CorruptFileException>(() => EvaluationReport.Read(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cut_anywhere_it_is_damaged()
    {
        var whole = Report.ToJson();
        for (var length = 0; length < whole.Length - 2; length += 997)
        {
            File.WriteAllText(Path, whole[..length]);
            Assert.Throws<CorruptFileException>(() => EvaluationReport.Read(Path));
        }
    }

    private static EvaluationReport Evaluate()
    {
        using var ensemble = new AnyEnsemble(new Majority(0), new LinearClassifier([.. Enumerable.Repeat(1f, 16)], -8));
        using var images = new ImageDataset("one", ["zero", "one"], (1, 4, 4), new byte[16], [0]);
        var report = new Evaluator(ensemble, 1).Run(
            new(ThreatModel.Linf(0.3), [ProtocolName.Paper, ProtocolName.WhiteBox]) { Ladder = true, Transfer = true }, images);
        return report with { Masking = [new("zero_gradients", MaskingVerdict.Tripped, "A finding.", [new("images", 1)])] };
    }
}
