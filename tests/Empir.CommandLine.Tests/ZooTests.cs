using System.Text.Json.Nodes;

namespace Empir.CommandLine.Tests;

public sealed class ZooTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheMainJobRunsEndToEndAndReusesItsCheckpoints()
    {
        // One thread: idle threads of libtorch spin, which costs minutes where other tests want the processors.
        var arguments = $"--threads 1 --epochs 1 --limit 100 --batch-size 50 --images 2 --output \"{folder.Path}\"";
        var first = await ZooProcess.Run(arguments);
        var report = File.ReadAllText(folder["evaluation.json"]);
        var second = await ZooProcess.Run($"{arguments} --json");

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("paper: the paper's protocol", first.Out);
        Assert.Contains("white_box: the same attacks, honestly", first.Out);
        Assert.Contains("full: epoch 1/1", first.Error);
        Assert.Contains("low_a: trained already", second.Error);
        Assert.Equal(report, second.Out);
        Assert.Equal("FashionEmpir", (string?)JsonNode.Parse(report)!["ensemble"]);
        foreach (var file in new[] { "low_a.safetensors", "low_b.safetensors", "full.safetensors", "report.html" })
            Assert.True(File.Exists(folder[file]), file);
    }

    [Theory]
    [InlineData("list", "FashionEmpir")]
    [InlineData("describe FashionEmpir", "conv1")]
    [InlineData("--help", "zoo [command] [options]")]
    public async Task CommandsWithoutTensorsNeedNoLibtorch(string arguments, string expected)
    {
        var run = await ZooProcess.Run(arguments, ("EMPIR_LIBTORCH", folder.Path));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(expected, run.Out);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("list", false)]
    [InlineData("describe FashionEmpir", false)]
    [InlineData("train --help", false)]
    [InlineData("doctor", true)]
    public async Task OnlyCommandsWithTensorsLoadLibtorch(string arguments, bool loads)
    {
        if (!OperatingSystem.IsLinux())
            return;

        // The dynamic loader's own account of what it opened.
        var run = await ZooProcess.Run(arguments, ("LD_DEBUG", "files"));

        Assert.Equal(loads, run.Error.Contains("libtorch_cpu.so", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AReportLoadsNoLibtorch()
    {
        if (!OperatingSystem.IsLinux())
            return;
        SampleEvaluation.Of("FashionEmpir", SampleEvaluation.Everything with { Protocols = [] }).Write(folder["evaluation.json"]);

        var run = await ZooProcess.Run($"report FashionEmpir --output \"{folder.Path}\"", ("LD_DEBUG", "files"));

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("libtorch_cpu.so", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["report.html"]));
    }

    [Theory]
    [InlineData("train FashionEmpir", 2)]
    [InlineData("doctor", 1)]
    public async Task AMissingLibtorchIsToldWithItsRemedy(string arguments, int exitCode)
    {
        var run = await ZooProcess.Run($"{arguments}{(exitCode == 2 ? $" --output \"{folder.Path}\"" : "")}", ("EMPIR_LIBTORCH", folder.Path));

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains($"EMPIR_LIBTORCH is {folder.Path}", (run.Out + run.Error).ReplaceLineEndings(""));
    }

    [Fact]
    public async Task AMissingDatasetIsNamed()
    {
        var run = await ZooProcess.Run($"train MnistEmpir --output \"{folder.Path}\" --data \"{folder.Path}\"");

        Assert.Contains("zoo: The dataset mnist is not there", run.Refusal());
        Assert.Contains(folder.Path, run.Error);
    }

    [Fact]
    public async Task ADamagedDataFileIsNamed()
    {
        File.WriteAllBytes(folder["train-images-idx3-ubyte.gz"], [31, 139, 8, 0]);

        var run = await ZooProcess.Run($"train MnistEmpir --output \"{folder["out"]}\" --data \"{folder.Path}\"");

        Assert.Contains(folder["train-images-idx3-ubyte.gz"], run.Refusal());
    }
}
