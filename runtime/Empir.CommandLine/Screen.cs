using Empir.CommandLine.Progress;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Empir.CommandLine;

/// <summary>
/// Which text goes where: results to standard output, progress to standard error; with --json standard output is left to
/// the machine.
/// </summary>
internal sealed class Screen
{
    // Wide enough for every table: a log has no width of its own.
    private const int LogWidth = 250;

    private readonly Tool tool;
    private readonly bool json;
    private readonly IAnsiConsole results;

    public Screen(Tool tool, bool json)
    {
        (this.tool, this.json) = (tool, json);
        results = Console(tool.Out);
        var errors = Console(tool.Error);
        Progress = errors.Profile.Capabilities is { Ansi: true, Interactive: true }
            ? new LiveProgress(errors, TimeProvider.System)
            : new LineProgress(tool.Error, TimeProvider.System);
    }

    public IProgressView Progress { get; }

    /// <summary>Says something on the way.</summary>
    public void Say(string line) => tool.Error.WriteLine(line);

    /// <summary>Shows a result to people.</summary>
    public void Show(params IEnumerable<IRenderable> parts)
    {
        if (json)
            return;
        foreach (var part in parts)
            results.Write(part);
    }

    /// <summary>Gives a result to machines.</summary>
    public void Give(Func<string> text)
    {
        if (json)
            tool.Out.Write(text());
    }

    private static IAnsiConsole Console(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        if (output.IsTerminal)
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = output });
        var log = AnsiConsole.Create(new AnsiConsoleSettings { Out = output, Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
        log.Profile.Width = LogWidth;
        return log;
    }
}
