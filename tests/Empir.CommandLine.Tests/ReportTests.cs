using System.Text.Json.Nodes;
using Empir.Evaluation;

namespace Empir.CommandLine.Tests;

/// <summary>The command.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AnEvaluationLeavesThePageThatTheCommandWritesAgainToTheByte()
    {
        var evaluated = await ToolRun.Of("--output", folder.Path);
        var page = File.ReadAllBytes(folder["report.html"]);
        foreach (var file in Directory.GetFiles(folder.Path).Where(file => Path.GetFileName(file) != "evaluation.json"))
            File.Delete(file);

        var run = await ToolRun.Of("report", "TinyEmpir", "--output", folder.Path, "--json");

        Assert.Contains($"Written: {folder["evaluation.json"]} and report.html", evaluated.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(folder["report.html"], (string?)JsonNode.Parse(run.Out)!["report"]);
        Assert.Equal($"Written: {folder["report.html"]}", run.Error.Trim());
        Assert.Equal(page, File.ReadAllBytes(folder["report.html"]));
    }

    [Fact]
    public async Task WithoutAnEvaluationItSaysHowToGetOne()
    {
        var run = await ToolRun.Of("report", "TinyEmpir", "--output", folder.Path);

        Assert.StartsWith($"tiny: {folder["evaluation.json"]}: not there. Run 'tiny evaluate TinyEmpir' first", run.Refusal());
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("", "is damaged")]
    [InlineData("nonsense", "is damaged")]
    [InlineData("[1]", "is of format unknown")]
    [InlineData("{\"format\": \"empir-evaluation-1\"}", "is of format empir-evaluation-1, this version reads")]
    [InlineData("{\"format\": \"CURRENT\", \"ensemble\": \"TinyEmpir\"}", "is damaged")]
    public async Task AFileThatIsNoEvaluationIsOneLine(string content, string message)
    {
        File.WriteAllText(folder["evaluation.json"], content.Replace("CURRENT", SampleEvaluation.Plain.Format));

        var run = await ToolRun.Of("report", "TinyEmpir", "--output", folder.Path);

        Assert.StartsWith($"tiny: {folder["evaluation.json"]} {message}", run.Refusal());
        Assert.False(File.Exists(folder["report.html"]));
    }

    [Fact]
    public async Task AnotherEnsemblesEvaluationIsRefused()
    {
        Write(SampleEvaluation.Of("OtherEmpir", SampleEvaluation.Plain));

        var run = await ToolRun.Of("report", "TinyEmpir", "--output", folder.Path);

        Assert.Contains("is of OtherEmpir, not of TinyEmpir", run.Refusal());
    }

    [Fact]
    public async Task AnotherSpecsEvaluationIsShownWithAWarning()
    {
        Write(SampleEvaluation.Plain with { SpecSha256 = "other" });

        var run = await ToolRun.Of("report", "TinyEmpir", "--output", folder.Path);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("tiny: warning: specs/tiny.empir.yaml has changed", run.Error);
        Assert.Contains("has changed since this evaluation", File.ReadAllText(folder["report.html"]));
    }

    [Fact]
    public async Task APageThatCannotBeWrittenIsNamed()
    {
        Write(SampleEvaluation.Plain);
        Directory.CreateDirectory(folder["report.html"]);

        var run = await ToolRun.Of("report", "TinyEmpir", "--output", folder.Path);

        Assert.Contains($"{folder["report.html"]} cannot be written", run.Refusal());
    }

    private void Write(EvaluationReport evaluation) => evaluation.Write(folder["evaluation.json"]);
}
