using System.Text.Json.Nodes;
using Empir.CommandLine.Work;
using Empir.Evaluation;

namespace Empir.CommandLine.Tests;

public sealed class EvaluateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheMainJobTrainsShowsBothTablesAndLeavesTheReport()
    {
        var run = await ToolRun.Of("--output", folder.Path);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("paper: the paper's protocol", run.Out);
        Assert.Contains("white_box: the same attacks, honestly", run.Out);
        Assert.Contains("Linf at most 0.2; first 10 of 20 test images of stripes", run.Out);
        Assert.Contains("Adaptive attacks were not run", run.Out);
        Assert.Contains("white_box: PGD done", run.Error);
        var header = run.Out.Split('\n').First(line => line.Contains("│ accuracy") && line.Contains("full"));
        Assert.True(header.IndexOf("full", StringComparison.Ordinal) < header.IndexOf("low_a", StringComparison.Ordinal));
        Assert.True(header.IndexOf("low_b", StringComparison.Ordinal) < header.IndexOf("TinyEmpir", StringComparison.Ordinal));
        var report = JsonNode.Parse(File.ReadAllText(folder["evaluation.json"]))!;
        Assert.Equal("empir-evaluation-5", (string?)report["format"]);
        Assert.Equal(["paper", "white_box"], report["protocols"]!.AsArray().Select(protocol => (string?)protocol!["protocol"]));
    }

    [Fact]
    public async Task EvaluatingTwiceGivesEqualBytesInFileAndOutput()
    {
        await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path);
        var first = await ToolRun.Of("evaluate", "TinyEmpir", "--output", folder.Path, "--json", "--seed", "7");
        var file = File.ReadAllText(folder["evaluation.json"]);
        var second = await ToolRun.Of("evaluate", "TinyEmpir", "--output", folder.Path, "--json", "--seed", "7");

        Assert.Equal(first.Out, file);
        Assert.Equal(first.Out, second.Out);
        Assert.Equal(7, (int)JsonNode.Parse(file)!["seed"]!);
    }

    [Fact]
    public async Task AnEvaluationIsReusedOnlyWhereItIsTheSame()
    {
        string[] arguments = ["--output", folder.Path, "--reuse", "--protocol", "white_box", "--images", "4"];
        var first = await ToolRun.Of(arguments);
        var file = File.ReadAllText(folder["evaluation.json"]);
        var time = File.ReadAllText(folder["evaluation.time.json"]);

        var same = await ToolRun.Of(arguments);

        Assert.DoesNotContain("evaluated already", first.Error);
        Assert.Contains("evaluated already", same.Error);
        Assert.DoesNotContain("PGD done", same.Error);
        Assert.Equal((file, time), (File.ReadAllText(folder["evaluation.json"]), File.ReadAllText(folder["evaluation.time.json"])));
        Assert.True((double)JsonNode.Parse(time)!["seconds"]! > 0);
        Assert.Equal((string?)JsonNode.Parse(file)!["task_sha256"], (string?)JsonNode.Parse(time)!["task_sha256"]);

        Assert.DoesNotContain("evaluated already", (await ToolRun.Of([.. arguments, "--epsilon", "0.1"])).Error);
        File.WriteAllText(folder["evaluation.json"], "{");
        Assert.Contains("PGD done", (await ToolRun.Of(arguments)).Error);
        Assert.Equal(file, File.ReadAllText(folder["evaluation.json"]));
    }

    [Fact]
    public async Task ImagesGivenByHandAreThoseOfEveryProtocol()
    {
        var spec = TinyEmpir.Spec with
        {
            Evaluation = TinyEmpir.Spec.Evaluation with { ImagesByProtocol = new Dictionary<ProtocolName, int> { [ProtocolName.Paper] = 20 } },
        };

        var asDeclared = await ToolRun.Of(spec, new Stripes(), "--output", folder.Path);
        var report = File.ReadAllText(folder["report.html"]);
        var byHand = await ToolRun.Of(spec, new Stripes(), "--output", folder.Path, "--images", "3");

        Assert.Contains("all 20 test images of stripes", asDeclared.Out);
        Assert.Contains("first 10 of 20 test images of stripes", asDeclared.Out);
        Assert.Contains("All 20 test images.", report);
        Assert.Contains("First 10 of 20 test images.", report);
        Assert.DoesNotContain("--images", report);
        Assert.DoesNotContain("all 20", byHand.Out);
        Assert.Equal(2, byHand.Out.Split("first 3 of 20 test images of stripes").Length - 1);
    }

    [Fact]
    public async Task ThePapersProtocolNeverComesAlone()
    {
        await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path);

        var run = await ToolRun.Of(
            "evaluate", "TinyEmpir", "--output", folder.Path, "--protocol", "paper", "--images", "4", "--epsilon", "0.1");

        Assert.Contains("paper: the paper's protocol", run.Out);
        Assert.Contains("white_box: the same attacks, honestly", run.Out);
        Assert.Contains("Linf at most 0.1; first 4 of 20 test images", run.Out);
    }

    [Fact]
    public async Task InterruptedItLeavesTheOldReport()
    {
        await ToolRun.Of("--output", folder.Path);
        var before = File.ReadAllText(folder["evaluation.json"]);
        using var source = new CancellationTokenSource();
        using var error = new CancellingWriter(source, "test set: clean done");

        var run = await ToolRun.Of(["evaluate", "TinyEmpir", "--output", folder.Path, "--epsilon", "0.1"], error, source.Token);

        Assert.Equal(130, run.ExitCode);
        Assert.Contains("is left as it was", run.Error);
        Assert.Equal(before, File.ReadAllText(folder["evaluation.json"]));
    }

    [Fact]
    public async Task InterruptedItGoesOnToTheSameFileAndTidiesUp()
    {
        string[] command = ["evaluate", "TinyEmpir", "--output", folder.Path, "--seed", "7"];
        await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path);
        await ToolRun.Of(command);
        var whole = File.ReadAllBytes(folder["evaluation.json"]);
        File.Delete(folder["evaluation.json"]);
        using var source = new CancellationTokenSource();
        using var error = new CancellingWriter(source, "white_box: CW-L2 done");

        var stopped = await ToolRun.Of(command, error, source.Token);
        var resumed = await ToolRun.Of(command);

        Assert.Contains("finished batches are kept", stopped.Error);
        Assert.Contains("going on after the last finished batch", resumed.Error);
        Assert.DoesNotContain("paper: PGD done", resumed.Error);
        Assert.Equal(whole, File.ReadAllBytes(folder["evaluation.json"]));
        Assert.False(File.Exists(folder["evaluation.unfinished.json"]));
    }

    [Fact]
    public async Task LadderAndTransferAreShownOnlyWhenAskedFor()
    {
        await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path);

        var plain = await ToolRun.Of("evaluate", "TinyEmpir", "--output", folder.Path, "--protocol", "white_box");
        var both = await ToolRun.Of("evaluate", "TinyEmpir", "--output", folder.Path, "--protocol", "white_box", "--ladder", "--transfer");

        Assert.DoesNotContain("ladder:", plain.Out);
        Assert.DoesNotContain("transfer:", plain.Out);
        Assert.Contains("ladder: PGD at growing radii", both.Out);
        Assert.Contains("│ 0.2     │", both.Out);
        Assert.Contains("│ crafted on │", both.Out);
        Assert.Contains("│ low_b      │", both.Out);
    }

    [Fact]
    public async Task MaskingChecksAreShownAndWrittenOnlyWhenAskedFor()
    {
        await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path);

        var plain = await ToolRun.Of("evaluate", "TinyEmpir", "--output", folder.Path, "--protocol", "white_box");
        var without = JsonNode.Parse(File.ReadAllText(folder["evaluation.json"]))!["masking"];
        var masking = await ToolRun.Of("evaluate", "TinyEmpir", "--output", folder.Path, "--protocol", "white_box", "--images", "20", "--masking");
        var checks = JsonNode.Parse(File.ReadAllText(folder["evaluation.json"]))!["masking"]!.AsArray();

        Assert.DoesNotContain("masking", plain.Out);
        Assert.Null(without);
        Assert.Contains("of 10 checks tripped", masking.Out);
        Assert.Contains("masking: PGD of 200 steps", masking.Error);
        Assert.Equal(10, checks.Count);
        Assert.All(checks, check => Assert.Contains((string)check!["finding"]!, masking.Out));
        Assert.All(checks, check => Assert.True((double)check!["evidence"]![0]!["value"]! >= 10));
        Assert.Contains("│ zero gradients ", masking.Out);
    }

    [Fact]
    public async Task MaskingChecksOfARadiusThatCannotGrowAreRefusedBeforeTheWork()
    {
        await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path);

        var run = await ToolRun.Of("evaluate", "TinyEmpir", "--output", folder.Path, "--protocol", "white_box", "--epsilon", "0", "--masking");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("The masking checks grow the ball from the threat's epsilon, and that is 0.", run.Error);
        Assert.DoesNotContain("test set: clean done", run.Error);
    }

    [Fact]
    public async Task AdaptiveRunsOnAndIsShownBesideTheOthers()
    {
        await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path);

        var run = await ToolRun.Of(
            "evaluate", "TinyEmpir", "--output", folder.Path, "--protocol", "adaptive", "--protocol", "paper", "--images", "4", "--epsilon", "0.9");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("adaptive: strong attacks on every surface, true labels, each on what is left by those before it", run.Out);
        Assert.Contains("TinyEmpir: attack on surface", run.Out);
        Assert.Contains("TinyEmpir at Linf 0.9: paper protocol", run.Out);
        Assert.Contains("survive every attack of every protocol", run.Out);
        Assert.Contains("adaptive at 0.9: APGD-CE done", run.Error);
        Assert.Equal(
            ["adaptive", "paper", "white_box"],
            JsonNode.Parse(File.ReadAllText(folder["evaluation.json"]))!["protocols"]!.AsArray().Select(protocol => (string?)protocol!["protocol"]));
    }

    [Fact]
    public async Task ExhaustiveRunsEveryAttackOnAllImages()
    {
        await ToolRun.Of("train", "TinyEmpir", "--output", folder.Path);

        var run = await ToolRun.Of(
            "evaluate", "TinyEmpir", "--output", folder.Path, "--protocol", "adaptive", "--images", "1", "--epsilon", "0.9", "--exhaustive");

        Assert.Contains("each on all images", run.Out);
        Assert.Contains("accuracy each attack alone leaves", run.Out);
        Assert.False((bool)JsonNode.Parse(File.ReadAllText(folder["evaluation.json"]))!["protocols"]![0]!["cumulative"]!);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(0.2, false)]
    public void ARadiusGivenByHandIsTheOnlyOne(double? epsilon, bool usual) =>
        Assert.Equal(usual, new EvaluationRequest([], null, epsilon, 0, false, false, false, false, false).Apply(TinyEmpir.Spec.Evaluation).AtUsualRadius);
}
