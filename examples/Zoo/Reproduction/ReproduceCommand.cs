using System.CommandLine;
using Empir.CommandLine;
using Empir.CommandLine.Commands;
using Empir.CommandLine.Work;
using Empir.Files;
using Empir.Specs;

namespace Zoo.Reproduction;

/// <summary>
/// Trains and evaluates everything that the paper's tables for a dataset need, and writes them. Each spec is a <c>run</c> of the tool
/// that leaves what is done as it is, so the whole can be interrupted at any moment.
/// </summary>
internal sealed class ReproduceCommand : ToolCommand
{
    private readonly Tool tool;

    private readonly Argument<Study> study = new("DATASET")
    {
        Description = $"The dataset: {string.Join(", ", Study.All.Select(one => one.Dataset))}.",
        CustomParser = result =>
        {
            var found = Study.All.FirstOrDefault(one => one.Dataset == result.Tokens[0].Value);
            if (found is null)
                result.AddError($"there is nothing to reproduce for '{result.Tokens[0].Value}'; the datasets are {string.Join(" and ", Study.All.Select(one => one.Dataset))}.");
            return found;
        },
    };

    private readonly Option<string> output = new("--output")
    {
        Description = "Folder with a folder for each spec.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "artifacts",
    };

    private readonly Option<string?> write = new("--write")
    {
        Description = "Write the tables into this file, between its lines '<!-- DATASET: begin -->' and '<!-- DATASET: end -->', and so for DATASET-baselines and DATASET-robust. "
            + "A table of which nothing is evaluated is left as it is. [default: standard output]",
        HelpName = "FILE",
    };

    private readonly Option<bool> existing = new("--existing")
    {
        Description = "Train and evaluate nothing: the tables of the evaluations that are there.",
    };

    // Read by the runs themselves, whose mistakes then name them.
    private readonly Option<string?>[] passed =
    [
        Passed("--data", "DIR"), Passed("--device", "DEVICE"), Passed("--threads", "N"), Passed("--images", "N"), Passed("--epochs", "N"), Passed("--limit", "N"),
    ];

    public ReproduceCommand(Tool tool) : base(
        "reproduce",
        "Train and evaluate what the paper's tables need, and write them.",
        "The ensemble of the paper, the baselines it compares with, and the ensembles trained to stand, each in OUTPUT/NAME. What is "
        + "trained or evaluated already is left as it is; interrupted, the same command goes on. Training takes hours on a few processors.",
        "reproduce mnist --data DIR --write docs/results.md",
        "reproduce cifar10 --data DIR --existing")
    {
        this.tool = tool;
        Arguments.Add(study);
        Options.Add(output);
        Options.Add(write);
        Options.Add(existing);
        foreach (var option in passed)
            Options.Add(option);
    }

    /// <inheritdoc />
    protected override int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var wanted = parsed.GetRequiredValue(study);
        var specs = wanted.Specs(tool.Ensembles);
        if (parsed.GetValue(write) is { } page)
            foreach (var table in wanted.Tables(specs, []))
                new MarkedBlock(table.Name).Check(page);
        if (!parsed.GetValue(existing))
            foreach (var spec in specs)
            {
                tool.Error.WriteLine($"{wanted.Title}: {spec.Name}");
                var exitCode = tool.Run(["run", spec.Name, "--reuse", "--output", Folder(parsed, spec).Folder, .. Passed(parsed)], cancellation);
                if (exitCode != 0)
                    return exitCode;
            }
        var tables = wanted.Tables(specs, [.. specs.Select(spec => Evidence.Read(spec, Folder(parsed, spec))).OfType<Evidence>()]);
        if (parsed.GetValue(write) is { } path)
            Write(tables, path);
        else
            tool.Out.Write(string.Join('\n', tables.Select(table => table.Text())));
        return 0;
    }

    private void Write(IEnumerable<ReproductionTable> tables, string path)
    {
        foreach (var table in tables)
            if (table.IsEvaluated)
            {
                new MarkedBlock(table.Name).Write(path, table.Text());
                tool.Error.WriteLine($"Written: {path}, {table.Name}");
            }
            else
                tool.Error.WriteLine($"Left as it is, since nothing of it is evaluated: {path}, {table.Name}");
    }

    private OutputFolder Folder(ParseResult parsed, EnsembleSpec spec) => new(Path.Combine(parsed.GetRequiredValue(output), spec.Name));

    private IEnumerable<string> Passed(ParseResult parsed) =>
        passed.SelectMany(option => parsed.GetValue(option) is { } value ? new[] { option.Name, value } : []);

    private static Option<string?> Passed(string name, string value) => new(name) { Description = "As of 'run'.", HelpName = value };
}
