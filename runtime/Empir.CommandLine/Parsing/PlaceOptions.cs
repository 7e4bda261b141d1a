using System.CommandLine;
using Empir.CommandLine.Work;
using Empir.Data;
using Empir.Specs;

namespace Empir.CommandLine.Parsing;

/// <summary>Where a command works: data, output, device, threads.</summary>
internal sealed class PlaceOptions
{
    private readonly Option<string?> data = Parsers.Folder(
        "--data", $"Folder with the datasets' files. [default: {DatasetLocation.Variable}, then the user's cache]");

    private readonly OutputOption output = new();

    private readonly DeviceOptions device = new();

    public void AddTo(Command command)
    {
        command.Options.Add(data);
        output.AddTo(command);
        device.AddTo(command);
    }

    public Workplace Read(ParseResult parsed, Tool tool, EnsembleSpec spec) => new(
        tool, spec, output.Read(parsed, spec), new DatasetLocation(parsed.GetValue(data)), device.Read(parsed));
}
