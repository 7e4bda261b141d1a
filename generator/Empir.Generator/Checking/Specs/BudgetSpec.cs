namespace Empir.Generator.Checking.Specs;

/// <summary>What of a layer with weights is charged.</summary>
internal enum BudgetAccounting
{
    /// <summary>Every layer at its own bits: what the file really holds.</summary>
    Honest,

    /// <summary>Every layer at its precision's own bits, as if no layer were exempted from it.</summary>
    Paper,
}

/// <summary>What an ensemble may cost, as multiples of one of its members; null where nothing is said.</summary>
internal sealed record BudgetSpec(string RelativeTo, BudgetAccounting Accounting, BudgetShare? Memory, BudgetShare? Compute, BudgetShare? Parameters);

/// <summary>What it costs, and what it may.</summary>
internal sealed record BudgetShare(double Ratio, double Limit);
