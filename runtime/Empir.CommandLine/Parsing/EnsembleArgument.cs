using System.CommandLine;
using System.CommandLine.Parsing;
using Empir.Specs;

namespace Empir.CommandLine.Parsing;

/// <summary>NAME: one of the tool's ensembles.</summary>
internal sealed class EnsembleArgument : Argument<EnsembleSpec>
{
    private EnsembleArgument(Tool tool, string description) : base("NAME")
    {
        Description = description;
        CustomParser = result => Find(tool, result);
    }

    public static EnsembleArgument Required(Tool tool) => new(tool, $"The ensemble; '{tool.Name} list' shows them.");

    public static EnsembleArgument Optional(Tool tool) => Optional(tool, $"The ensemble; {tool.Main?.Name ?? "none"} if left out.");

    public static EnsembleArgument Optional(Tool tool, string description) => new(tool, description) { Arity = ArgumentArity.ZeroOrOne };

    private static EnsembleSpec? Find(Tool tool, ArgumentResult result)
    {
        var name = result.Tokens[0].Value;
        var found = tool.Ensembles.FirstOrDefault(spec => spec.Name == name);
        if (found is null)
            result.AddError(name.StartsWith('-')
                ? ParseMistake.UnknownOption(name, ((CommandResult)result.Parent!).Command)
                : $"there is no ensemble '{name}'{Suggestion.For(name, tool.Ensembles.Select(spec => spec.Name))}");
        return found;
    }
}
