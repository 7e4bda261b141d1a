using System.CommandLine;
using System.CommandLine.Parsing;

namespace Empir.CommandLine.Parsing;

/// <summary>Says in one line what is wrong with the arguments and what was probably meant.</summary>
internal static class ParseMistake
{
    public static string Describe(Tool tool, ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = command is RootCommand ? $"{tool.Name} --help" : $"{tool.Name} {command.Name} --help";
        return $"{Mistake(tool, parsed, command)} See '{help}'.";
    }

    private static string Mistake(Tool tool, ParseResult parsed, Command command)
    {
        if (parsed.Errors.FirstOrDefault(error => error.SymbolResult is OptionResult or ArgumentResult { Tokens.Count: > 0 }) is { } value)
            return value.Message;
        if (parsed.UnmatchedTokens is [var word, ..])
            return Unknown(word, command);
        return parsed.Errors.Any(error => error.SymbolResult is ArgumentResult { Argument: EnsembleArgument })
            ? $"{command.Name} needs the name of an ensemble; '{tool.Name} list' shows them."
            : parsed.Errors[0].Message;
    }

    public static string UnknownOption(string word, Command command) =>
        $"{command.Name} has no option {word}{Suggestion.For(word, command.Options.Select(option => option.Name))}";

    private static string Unknown(string word, Command command)
    {
        if (word.StartsWith('-'))
            return UnknownOption(word, command);
        return command is RootCommand
            ? $"there is no command '{word}'{Suggestion.For(word, command.Subcommands.Select(one => one.Name))}"
            : $"{command.Name} can make nothing of '{word}'.";
    }
}
