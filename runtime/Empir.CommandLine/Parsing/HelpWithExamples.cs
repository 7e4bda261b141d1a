using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Empir.CommandLine.Commands;

namespace Empir.CommandLine.Parsing;

/// <summary>The parser's own help, with examples and exit codes under it and the tool's own name in it.</summary>
internal sealed class HelpWithExamples(Tool tool, HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        // The list of commands shows summaries, a command's own help the whole story.
        var tooled = command as ToolCommand;
        if (tooled is not null)
            tooled.Description = $"{tooled.Description} {tooled.Details}".TrimEnd();
        var output = parseResult.InvocationConfiguration.Output;
        using var text = new StringWriter();
        parseResult.InvocationConfiguration.Output = text;
        help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;

        // The parser knows the name of the running file only, which in a test or a bundle is another one.
        output.WriteLine(text.ToString().Replace(RootCommand.ExecutableName, tool.Name, StringComparison.Ordinal).TrimEnd());
        output.WriteLine();
        var examples = tooled?.Examples
            ?? command.Subcommands.OfType<ToolCommand>().SelectMany(each => each.Examples.Take(1));
        output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine($"  {tool.Name} {example}".TrimEnd());
        if (command is RootCommand)
        {
            output.WriteLine();
            output.WriteLine("Exit codes: 0 done, 1 failed, 2 wrong input, 130 interrupted.");
            output.WriteLine("Results go to standard output, progress and mistakes to standard error.");
        }
        return ExitCode.Done;
    }
}
