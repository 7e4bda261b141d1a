using System.CommandLine;
using System.CommandLine.Parsing;
using Empir.Data;

namespace Empir.CommandLine.Parsing;

/// <summary>NAME: one of the tool's datasets.</summary>
internal sealed class DatasetArgument : Argument<DatasetSource>
{
    public DatasetArgument(Tool tool) : base("NAME")
    {
        Description = $"The dataset: {string.Join(", ", Names(tool))}.";
        CustomParser = result => Find(tool, result);
    }

    private static IEnumerable<string> Names(Tool tool) => tool.Datasets.Sources.Select(source => source.Name);

    private static DatasetSource? Find(Tool tool, ArgumentResult result)
    {
        var name = result.Tokens[0].Value;
        var found = tool.Datasets.Sources.FirstOrDefault(source => source.Name == name);
        if (found is null)
            result.AddError(name.StartsWith('-')
                ? ParseMistake.UnknownOption(name, ((CommandResult)result.Parent!).Command)
                : $"there is no dataset '{name}'{Suggestion.For(name, Names(tool))}");
        return found;
    }
}
