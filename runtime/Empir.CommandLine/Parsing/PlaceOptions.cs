using System.CommandLine;
using Empir.CommandLine.Work;
using Empir.Specs;

namespace Empir.CommandLine.Parsing;

/// <summary>Where a command works: data, output, device, threads.</summary>
internal sealed class PlaceOptions
{
    private readonly DataOption data = new();

    private readonly OutputOption output = new();

    private readonly DeviceOptions device = new();

    public void AddTo(Command command)
    {
        data.AddTo(command);
        output.AddTo(command);
        device.AddTo(command);
    }

    public Workplace Read(ParseResult parsed, Tool tool, EnsembleSpec spec) => new(
        tool, spec, output.Read(parsed, spec), data.Read(parsed), device.Read(parsed));
}
