using System.Globalization;
using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using static System.FormattableString;

namespace Empir.Generator.Checking;

/// <summary>The spec's <c>budget</c>: what the whole ensemble costs relative to one member, and what it may.</summary>
internal static class BudgetChecker
{
    private const int LayersNamed = 3;

    /// <summary>Checks what the section says, before anything is known of the networks.</summary>
    public static void CheckKeys(Fields spec, IReadOnlyList<MemberDeclaration> members, Report report)
    {
        var fields = spec.Get(SpecKeys.Budget, Fields.None);
        if (fields.HasErrors)
            return;
        if (!fields.Has(BudgetKeys.Memory) && !fields.Has(BudgetKeys.Compute) && !fields.Has(BudgetKeys.Parameters))
            report.Add(Descriptors.MissingKey, fields.Anchor, "memory', 'compute' or 'parameters", "budget");
        var (name, names) = (fields.Get(BudgetKeys.RelativeTo), members.Select(member => member.Name).Where(name => name.Length > 0).ToArray());
        if (names.Length > 0 && !names.Contains(name))
            report.Add(Descriptors.UnknownReference, fields.Locate(BudgetKeys.RelativeTo), "member", name, Suggestion.For(name, names));
    }

    /// <summary>Measures a checked ensemble, and reports what exceeds its budget.</summary>
    public static BudgetSpec? Measure(Fields spec, IReadOnlyList<MemberDeclaration> members, EnsembleSpec ensemble, Report report)
    {
        if (!spec.Has(SpecKeys.Budget))
            return null;
        var fields = spec.Get(SpecKeys.Budget);
        var accounting = fields.Get(BudgetKeys.Accounting, BudgetKeys.Honest) == BudgetKeys.Paper ? BudgetAccounting.Paper : BudgetAccounting.Honest;
        var name = fields.Get(BudgetKeys.RelativeTo);
        var costs = Costs(ensemble, members, accounting);
        return new(
            name, accounting,
            Share(BudgetKeys.Memory, "bytes", cost => cost.Bytes),
            Share(BudgetKeys.Compute, "bit operations", cost => cost.BitOperations),
            Share(BudgetKeys.Parameters, "parameters", cost => cost.Parameters));

        BudgetShare? Share(Key<double> key, string unit, Func<Cost, decimal> amount)
        {
            if (!fields.Has(key))
                return null;
            var all = costs.Sum(layer => amount(layer.Cost));
            var reference = costs.Where(layer => layer.Member == name).Sum(layer => amount(layer.Cost));
            var (ratio, limit) = (all / reference, fields.Get(key));
            if (ratio > (decimal)limit)
                report.Add(
                    Descriptors.OverBudget, fields.Locate(key), Ratio(ratio, (decimal)limit), key.Name, name, Invariant($"{all:N0}"), Invariant($"{reference:N0}"), unit,
                    Invariant($"{limit}"), MostExpensive(costs.Where(layer => layer.Member != name), unit, amount, all));
            return new((double)ratio, limit);
        }
    }

    /// <summary>Every layer of every member, by the accounting.</summary>
    public static IReadOnlyList<LayerCost> Costs(EnsembleSpec ensemble, IReadOnlyList<MemberDeclaration> members, BudgetAccounting accounting) =>
    [
        .. ensemble.Members.Zip(members, (member, declared) => ensemble.NetworkOf(member).Rows.Select(row => new LayerCost(
            member.Name, row.Path, accounting == BudgetAccounting.Paper ? Cost.At(declared.Precision!.Quantization, row.Layer) : Cost.Of(row.Layer)))).SelectMany(layers => layers),
    ];

    // Three digits, or as many as show that the limit is exceeded.
    private static string Ratio(decimal ratio, decimal limit) =>
        ratio.ToString(Math.Round(ratio, 3) > limit ? "0.000" : "0.000######", CultureInfo.InvariantCulture);

    private static string MostExpensive(IEnumerable<LayerCost> others, string unit, Func<Cost, decimal> amount, decimal all)
    {
        var layers = others.Select(layer => (Name: $"{layer.Member}.{layer.Layer}", Amount: amount(layer.Cost)))
            .Where(layer => layer.Amount > 0).OrderByDescending(layer => layer.Amount).Take(LayersNamed)
            .Select(layer => Invariant($"{layer.Name} ({layer.Amount:N0} {unit}, {layer.Amount / all:0.0%})")).ToArray();
        return layers.Length > 0 ? $"; shrink first: {string.Join(", ", layers)}" : "";
    }
}

/// <summary>What one layer of a member costs.</summary>
internal sealed record LayerCost(string Member, string Layer, Cost Cost);
