using System.CommandLine;
using Empir.CommandLine.Work;

namespace Empir.CommandLine.Parsing;

/// <summary>
/// Changes to the spec's training settings. They are part of a checkpoint's recipe, so the commands that use checkpoints
/// take them too.
/// </summary>
internal sealed class TrainingOptions
{
    private readonly Option<int?> epochs = Parsers.Count("--epochs", "Passes over the training images. [default: the spec's]");
    private readonly Option<int?> batchSize = Parsers.Count("--batch-size", "Images per training step. [default: the spec's]");

    private readonly Option<double?> learningRate = Parsers.Number(
        "--learning-rate", "Step size of the optimiser. [default: the spec's]",
        value => value is > 0 and <= 1e3, "a number above 0 and at most 1000");

    private readonly Option<int?> limit = Parsers.Count("--limit", "Train on the first N training images only, at most a tenth of them for validation. [default: all]");

    public void AddTo(Command command)
    {
        command.Options.Add(epochs);
        command.Options.Add(batchSize);
        command.Options.Add(learningRate);
        command.Options.Add(limit);
    }

    public TrainingRequest Read(ParseResult parsed) => new(
        parsed.GetValue(epochs), parsed.GetValue(batchSize), parsed.GetValue(learningRate), parsed.GetValue(limit));
}
