using Empir.CommandLine.Parsing;
using Empir.Data;

namespace Empir.CommandLine.Work;

/// <summary>The datasets a tool knows: the application's own and those of the runtime.</summary>
internal static class DatasetCatalogue
{
    public static DatasetSource Find(Tool tool, string name) =>
        tool.Datasets.FirstOrDefault(source => source.Name == name)
        ?? throw new UserErrorException(
            $"There is no dataset '{name}'{Suggestion.For(name, tool.Datasets.Select(source => source.Name))}");
}
