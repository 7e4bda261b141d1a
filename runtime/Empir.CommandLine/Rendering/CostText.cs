using Empir.Specs;
using static System.FormattableString;

namespace Empir.CommandLine.Rendering;

/// <summary>What an ensemble costs relative to one member: every measure side by side, and its budget.</summary>
internal static class CostText
{
    /// <summary>Lines of a subject and its facts; none where there is no budget and no full-precision member to compare with.</summary>
    public static IEnumerable<(string Subject, string Facts)> Of(EnsembleSpec spec)
    {
        var card = spec.Card;
        if ((spec.Budget?.RelativeTo ?? card.Members.FirstOrDefault(member => member.Network.IsFullPrecision)?.Name) is not { } member)
            yield break;

        var cost = card.CostRelativeTo(member);
        yield return ("cost", Invariant($"{cost.Memory:0.000} times the memory of {member} alone, {cost.BitOperations:0.000} times its bit operations, {cost.LinearCompute:0.000} times its MACs at the wider of weight and activation bits"));
        if (spec.Budget is { } budget)
            yield return ("budget", $"{string.Join(", ", Shares(budget))}; {Accounting(budget.Accounting)}");
    }

    private static IEnumerable<string> Shares(Budget budget) =>
        from share in new[] { ("memory", budget.Memory), ("compute", budget.Compute), ("parameters", budget.Parameters) }
        where share.Item2 is not null
        select Invariant($"{share.Item1} {share.Item2.Ratio:0.000} of at most {share.Item2.Limit}");

    private static string Accounting(BudgetAccounting accounting) =>
        accounting == BudgetAccounting.Honest ? "every layer at its own bits" : "every layer charged at its precision's own bits, exempted or not";
}
