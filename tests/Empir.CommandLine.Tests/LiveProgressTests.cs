using Empir.CommandLine.Progress;
using Spectre.Console;

namespace Empir.CommandLine.Tests;

public class LiveProgressTests
{
    [Fact]
    public void TheEvaluationsBarNeverShowsWhatTrainingSaid()
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
        });
        console.Profile.Width = 200;
        var live = new LiveProgress(console, TimeProvider.System);

        live.Train(["full"], progress => progress.Report(new("full", 1, 2, 10, 10, 0.5, 0.8)));
        Assert.Contains("epoch 1/2", writer.ToString());
        writer.GetStringBuilder().Clear();
        live.Evaluate(_ => null!);

        Assert.Contains("waiting", writer.ToString());
        Assert.DoesNotContain("epoch", writer.ToString());
    }
}
