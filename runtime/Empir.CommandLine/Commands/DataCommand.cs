using System.CommandLine;
using Empir.CommandLine.Parsing;
using Empir.CommandLine.Rendering;
using Empir.CommandLine.Work;
using Empir.Files;

namespace Empir.CommandLine.Commands;

/// <summary>Fetches a dataset, or checks the one that is there.</summary>
internal sealed class DataCommand : ToolCommand
{
    private readonly Tool tool;
    private readonly DatasetArgument name;
    private readonly DataOption data = new();
    private readonly JsonOption json = new("the folder, the files and the images");

    public DataCommand(Tool tool) : base(
        "data",
        "Fetch a dataset, or check the one that is there.",
        $"Files that are not there are fetched from where their owners publish them, into DIR/NAME, else EMPIR_DATA/NAME, else {Where}; each is used only "
        + "once its SHA-256 is right. An interrupted download goes on where it stopped. Files that are there are read and compared, "
        + "and never replaced. No other command fetches anything.",
        "data mnist",
        "data cifar10 --data datasets",
        "data fashion_mnist --json")
    {
        this.tool = tool;
        name = new DatasetArgument(tool);
        Arguments.Add(name);
        data.AddTo(this);
        Options.Add(json);
    }

    private static string Where => UserFolders.Cache is { } cache ? Path.Combine(cache, "data", "NAME") : "the user's cache";

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var screen = new Screen(tool, parsed.GetValue(json));
        var dataset = new DatasetFetch(tool, screen, parsed.GetRequiredValue(name), data.Read(parsed)).Run(cancellation);
        screen.Show(DatasetTable.Of(dataset));
        screen.Give(() => DatasetTable.Json(dataset));
        return ExitCode.Done;
    }
}
