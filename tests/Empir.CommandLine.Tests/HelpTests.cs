namespace Empir.CommandLine.Tests;

public class HelpTests
{
    private static readonly string[] Commands = ["run", "list", "describe", "data", "train", "evaluate", "report", "pack", "predict", "bench", "export", "import", "doctor"];

    public static TheoryData<string> AllCommands => [.. Commands];

    [Fact]
    public async Task HelpListsEveryCommandWithAnExample()
    {
        var help = await ToolRun.Of("--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Empty(help.Error);
        foreach (var command in Commands)
            Assert.Contains($"  {command} ", help.Out);
        Assert.Contains("tiny [command] [options]", help.Out);
        Assert.Contains("  tiny describe TinyEmpir", help.Out);
        Assert.Contains("Exit codes", help.Out);
    }

    [Theory]
    [MemberData(nameof(AllCommands))]
    public async Task EveryCommandHasHelpWithAnExample(string command)
    {
        var help = await ToolRun.Of(command, "--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Contains($"tiny {command}", help.Out);
        Assert.Contains("Examples:", help.Out);
    }

    [Fact]
    public async Task EvaluateSaysThatAFlatteringNumberNeverComesAlone() =>
        Assert.Contains("never comes alone", (await ToolRun.Of("evaluate", "--help")).Out);
}
