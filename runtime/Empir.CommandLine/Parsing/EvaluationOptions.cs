using System.CommandLine;
using System.CommandLine.Parsing;
using Empir.CommandLine.Work;
using Empir.Evaluation;

namespace Empir.CommandLine.Parsing;

/// <summary>Changes to the spec's evaluation settings.</summary>
internal sealed class EvaluationOptions
{
    private readonly Option<ProtocolName[]> protocols = new("--protocol")
    {
        Description = "paper, white_box or adaptive; may be repeated. 'paper' never comes alone: white_box, the same attacks done "
            + "honestly, is run and shown beside it. adaptive is strong attacks on every surface. [default: the spec's]",
        HelpName = "P",
        CustomParser = result => [.. result.Tokens.Select(token => Protocol(token.Value, result))],
    };

    private readonly Option<int?> images = Parsers.Count("--images", "Attack the first N test images. [default: the spec's]");

    private readonly Option<double?> epsilon = Parsers.Number(
        "--epsilon", "Largest change of a pixel, in the input's own units. [default: the spec's, for adaptive also the dataset's usual one]",
        value => value is >= 0 and <= 1e6, "a number from 0 to 1000000");

    private readonly Option<long> seed = Parsers.Seed("--seed", "Seed of the attacks' randomness. [default: 0]");

    private readonly Option<bool> ladder = new("--ladder")
    {
        Description = "Also run PGD at growing radii, up to the one that leaves no image.",
    };

    private readonly Option<bool> transfer = new("--transfer")
    {
        Description = "Also let every member and the ensemble decide the images crafted on each member.",
    };

    private readonly Option<bool> masking = new("--masking")
    {
        Description = "Also check whether the ensemble's gradients are masked, on the first 100 images it decides right.",
    };

    private readonly Option<bool> exhaustive = new("--exhaustive")
    {
        Description = "With adaptive: run every attack on all images, so that each row is the attack's own. Takes many times as long.",
    };

    private readonly Option<bool> reuse = new("--reuse")
    {
        Description = "Show the evaluation that is there, if it is of the same weights, images and attacks, instead of evaluating again.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(protocols);
        command.Options.Add(images);
        command.Options.Add(epsilon);
        command.Options.Add(seed);
        command.Options.Add(ladder);
        command.Options.Add(transfer);
        command.Options.Add(masking);
        command.Options.Add(exhaustive);
        command.Options.Add(reuse);
    }

    public EvaluationRequest Read(ParseResult parsed) => new(
        parsed.GetValue(protocols) ?? [], parsed.GetValue(images), parsed.GetValue(epsilon), parsed.GetValue(seed),
        parsed.GetValue(ladder), parsed.GetValue(transfer), parsed.GetValue(masking), parsed.GetValue(exhaustive), parsed.GetValue(reuse));

    private static ProtocolName Protocol(string word, ArgumentResult result)
    {
        if (Protocols.Find(word) is { } protocol)
            return protocol;
        result.AddError($"there is no protocol '{word}'{Suggestion.For(word, Protocols.All)}");
        return default;
    }
}
