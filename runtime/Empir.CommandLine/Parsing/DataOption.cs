using System.CommandLine;
using Empir.Data;

namespace Empir.CommandLine.Parsing;

/// <summary>--data: where datasets' files are.</summary>
internal sealed class DataOption
{
    private readonly Option<string?> data = Parsers.Folder(
        "--data", $"Folder with the datasets' files. [default: {DatasetLocation.Variable}, then the user's cache]");

    public void AddTo(Command command) => command.Options.Add(data);

    public DatasetLocation Read(ParseResult parsed) => new(parsed.GetValue(data));
}
