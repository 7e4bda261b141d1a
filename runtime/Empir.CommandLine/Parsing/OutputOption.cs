using System.CommandLine;
using Empir.CommandLine.Work;
using Empir.Specs;

namespace Empir.CommandLine.Parsing;

/// <summary>--output: where an ensemble's checkpoints and results are.</summary>
internal sealed class OutputOption
{
    private readonly Option<string?> output = Parsers.Folder(
        "--output", "Folder for checkpoints and results. [default: artifacts/NAME in the current folder]");

    public void AddTo(Command command) => command.Options.Add(output);

    public OutputFolder Read(ParseResult parsed, EnsembleSpec spec) => new(parsed.GetValue(output) ?? Path.Combine("artifacts", spec.Name));
}
