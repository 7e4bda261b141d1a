using System.CommandLine;
using Empir.CommandLine.Commands;
using Empir.Data;

namespace Empir.CommandLine.Tests;

/// <summary>A command that an application adds to its tool.</summary>
public sealed class ApplicationCommandTests
{
    [Fact]
    public async Task ItIsListedHasHelpAndRunsTheToolsCommands()
    {
        Assert.Contains("  twice ", (await Run("--help")).Out);
        Assert.Contains("  tiny twice list", (await Run("twice", "--help")).Out);

        var run = await Run("twice", "list");

        Assert.Equal((0, "done\n"), (run.ExitCode, run.Out));
        Assert.Equal(3, run.Error.Split("TinyEmpir").Length);
    }

    [Fact]
    public async Task AFailureOfTheInnerCommandIsReportedOnceAndReturned()
    {
        var run = await Run("twice", "lost");

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("tiny: there is no command 'lost'", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static async Task<ToolRun> Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        var tool = new Tool
        {
            Name = "tiny",
            Ensembles = [TinyEmpir.Spec],
            Main = TinyEmpir.Spec,
            Datasets = DatasetCatalogue.Default,
            Commands = tool => [new Twice(tool)],
            Out = output,
            Error = error,
        };
        var exitCode = await EmpirTool.RunAsync(tool, args, CancellationToken.None);
        return new(exitCode, output.ToString(), error.ToString());
    }

    private sealed class Twice : ToolCommand
    {
        private readonly Tool tool;
        private readonly Argument<string> command = new("COMMAND");

        public Twice(Tool tool) : base("twice", "Run a command twice.", "No more.", "twice list")
        {
            this.tool = tool;
            Arguments.Add(command);
        }

        protected override int Run(ParseResult parsed, CancellationToken cancellation)
        {
            for (var time = 0; time < 2; time++)
                if (tool.Run([parsed.GetRequiredValue(command)], cancellation) is not 0 and var exitCode)
                    return exitCode;
            tool.Out.Write("done\n");
            return 0;
        }
    }
}
