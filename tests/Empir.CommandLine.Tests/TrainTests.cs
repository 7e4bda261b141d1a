using System.Text.Json.Nodes;

namespace Empir.CommandLine.Tests;

public sealed class TrainTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TrainsEveryMemberOnceAndSaysSoTheSecondTime()
    {
        var first = await Train();
        var low = File.ReadAllBytes(folder["low_a.safetensors"]);
        var second = await Train();

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("low_a: training on 60 images of stripes.", first.Error);
        Assert.Contains("low_a: epoch 2/2  loss ", first.Error);
        foreach (var member in new[] { "low_a", "low_b", "full" })
            Assert.Contains($"{member}: trained already ({folder[$"{member}.safetensors"]}).", second.Error);
        Assert.DoesNotContain("epoch", second.Error);
        Assert.DoesNotContain("trained already", second.Out);
        Assert.Contains("TinyEmpir", second.Out);
        Assert.Equal(low, File.ReadAllBytes(folder["low_a.safetensors"]));
    }

    [Fact]
    public async Task OneMemberCanBeTrainedAlone()
    {
        var run = await Train("--member", "low_b");

        Assert.Equal(["low_b.metrics.jsonl", "low_b.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.DoesNotContain("full", run.Out + run.Error);
    }

    [Fact]
    public async Task JsonIsAllThatStandardOutputGets()
    {
        var fresh = JsonNode.Parse((await Train("--json")).Out)!;
        var again = JsonNode.Parse((await Train("--json")).Out)!;

        var member = fresh["members"]![0]!;
        Assert.Equal("low_a", (string?)member["name"]);
        Assert.Equal(folder["low_a.safetensors"], (string?)member["checkpoint"]);
        Assert.Equal(2, (int)member["epochs"]!);
        Assert.InRange((double)member["final_loss"]!, 0, 100);
        Assert.False((bool)member["reused"]!);
        Assert.True((bool)again["members"]![0]!["reused"]!);
        Assert.Equal((double)fresh["test_accuracy"]!, (double)again["test_accuracy"]!);
    }

    [Fact]
    public async Task AnInterruptedRunGoesOnToTheSameBits()
    {
        using TemporaryFolder whole = new();
        await ToolRun.Of("train", "TinyEmpir", "--output", whole.Path);
        using var source = new CancellationTokenSource();
        // The first epoch is kept when the second one reports; nothing depends on time.
        using var error = new CancellingWriter(source, "low_b: epoch 1/2");

        var stopped = await ToolRun.Of(["train", "TinyEmpir", "--output", folder.Path], error, source.Token);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("tiny: stopped while training low_b.", stopped.Error);
        Assert.Contains("the same command goes on from there", stopped.Error);
        Assert.True(File.Exists(folder["low_a.safetensors"]));
        Assert.True(File.Exists(folder["low_b.unfinished.safetensors"]));

        var resumed = await Train();
        Assert.Contains("low_a: trained already", resumed.Error);
        Assert.Contains("low_b: an interrupted run is there", resumed.Error);
        Assert.DoesNotContain("low_b: epoch 1/2", resumed.Error);
        foreach (var file in new[] { "low_a.safetensors", "low_b.safetensors", "full.safetensors" })
            Assert.Equal(File.ReadAllBytes(whole[file]), File.ReadAllBytes(folder[file]));
        Assert.False(File.Exists(folder["low_b.unfinished.safetensors"]));
    }

    [Fact]
    public async Task AnInterruptedRetrainingGoesOnAndReplacesTheOldCheckpoint()
    {
        await Train("--epochs", "1");
        await Interrupt("full: epoch 1/2", "--retrain");
        Assert.True(File.Exists(folder["full.unfinished.safetensors"]));

        var resumed = await Train();

        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("low_a: trained already", resumed.Error);
        Assert.Contains("full: an interrupted run is there", resumed.Error);
        Assert.False(File.Exists(folder["full.unfinished.safetensors"]));
        Assert.Contains("full: trained already", (await Train()).Error);
    }

    [Fact]
    public async Task AnInterruptedRunOfAnotherRecipeBesideAFinishedMemberIsIgnored()
    {
        await Train();
        await Interrupt("low_b: epoch 1/3", "--retrain", "--epochs", "3", "--member", "low_b");

        Assert.True(File.Exists(folder["low_b.unfinished.safetensors"]));

        Assert.Contains("low_b: trained already", (await Train()).Error);
    }

    [Theory]
    [InlineData(false, "'epochs 3', the spec says 'epochs 2'")]
    [InlineData(true, "is damaged")]
    public async Task AnInterruptedRunThatCannotGoOnIsNoticedBeforeAnyMemberIsTrained(bool damaged, string message)
    {
        await Interrupt("full: epoch 1/3", "--epochs", "3", "--member", "full");
        var unfinished = folder["full.unfinished.safetensors"];
        if (damaged)
            File.WriteAllBytes(unfinished, File.ReadAllBytes(unfinished)[..^7]);

        var refused = await Train();

        Assert.StartsWith($"tiny: {unfinished}", refused.Refusal());
        Assert.Contains(message, refused.Error);
        Assert.False(File.Exists(folder["low_a.safetensors"]));
    }

    [Fact]
    public async Task RetrainBesideAnInterruptedRunBeginsAnewToTheSameBits()
    {
        using TemporaryFolder whole = new();
        await ToolRun.Of("train", "TinyEmpir", "--member", "full", "--output", whole.Path);
        await Interrupt("full: epoch 1/2", "--member", "full");
        Assert.True(File.Exists(folder["full.unfinished.safetensors"]));

        var run = await Train("--retrain", "--member", "full");

        Assert.DoesNotContain("an interrupted run is there", run.Error);
        Assert.Contains("full: epoch 1/2", run.Error);
        Assert.Equal(File.ReadAllBytes(whole["full.safetensors"]), File.ReadAllBytes(folder["full.safetensors"]));
        Assert.False(File.Exists(folder["full.unfinished.safetensors"]));
    }

    [Fact]
    public async Task RetrainStartsFromTheInitialWeightsToTheSameBits()
    {
        await Train();
        var before = File.ReadAllBytes(folder["full.safetensors"]);

        var run = await Train("--retrain");

        Assert.Contains("full: epoch 1/2", run.Error);
        Assert.Equal(before, File.ReadAllBytes(folder["full.safetensors"]));
    }

    private async Task Interrupt(string line, params string[] more)
    {
        using var source = new CancellationTokenSource();
        using var error = new CancellingWriter(source, line);
        Assert.Equal(130, (await ToolRun.Of(["train", "TinyEmpir", "--output", folder.Path, .. more], error, source.Token)).ExitCode);
    }

    private Task<ToolRun> Train(params string[] more) => ToolRun.Of(["train", "TinyEmpir", "--output", folder.Path, .. more]);
}
