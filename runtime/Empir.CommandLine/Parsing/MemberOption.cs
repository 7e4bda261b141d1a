using System.CommandLine;
using Empir.Specs;

namespace Empir.CommandLine.Parsing;

/// <summary>--member M: one of an ensemble's members.</summary>
internal sealed class MemberOption(string description)
{
    private readonly Option<string?> member = new("--member") { Description = description, HelpName = "M" };

    public void AddTo(Command command) => command.Options.Add(member);

    /// <returns>The member's place in the ensemble, or null if none is named.</returns>
    /// <exception cref="UserErrorException">The ensemble has no such member.</exception>
    public int? Read(ParseResult parsed, EnsembleSpec spec)
    {
        string[] all = [.. spec.Card.Members.Select(one => one.Name)];
        return parsed.GetValue(member) switch
        {
            null => null,
            var wanted when Array.IndexOf(all, wanted) is >= 0 and var place => place,
            var wanted => throw new UserErrorException($"--member {wanted}: {spec.Name} has {string.Join(", ", all)}{Suggestion.For(wanted, all)}"),
        };
    }

    /// <returns>The member's place in the ensemble.</returns>
    /// <exception cref="UserErrorException">None is named, or the ensemble has no such member.</exception>
    public int ReadRequired(ParseResult parsed, EnsembleSpec spec) => Read(parsed, spec)
        ?? throw new UserErrorException($"Say which member with --member: {spec.Name} has {string.Join(", ", spec.Card.Members.Select(one => one.Name))}.");
}
