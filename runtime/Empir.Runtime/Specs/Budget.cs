namespace Empir.Specs;

/// <summary>What of a layer with weights a budget charges.</summary>
public enum BudgetAccounting
{
    /// <summary>Every layer at its own bits: what the stored file really holds.</summary>
    Honest,

    /// <summary>
    /// Every layer at its precision's own bits, as if no layer were exempted: the only reading under which the "less than
    /// 25 %" of EMPIR's abstract holds for all three of its ensembles. The paper's own accounting is not known.
    /// </summary>
    Paper,
}

/// <summary>
/// What an ensemble costs and may cost as multiples of one member; the spec's <c>budget</c>. The generator has measured it
/// and refused what exceeds it.
/// </summary>
/// <param name="RelativeTo">The member that all members together are compared with.</param>
/// <param name="Accounting">What is charged.</param>
/// <param name="Memory">Bytes of the stored networks; null without a limit.</param>
/// <param name="Compute">Bit operations for one image; null without a limit.</param>
/// <param name="Parameters">Trained parameters; null without a limit.</param>
public sealed record Budget(
    string RelativeTo, BudgetAccounting Accounting, BudgetShare? Memory = null, BudgetShare? Compute = null, BudgetShare? Parameters = null);

/// <summary>One line of a budget.</summary>
/// <param name="Ratio">What the ensemble costs, as a multiple of the member.</param>
/// <param name="Limit">What it may cost.</param>
public sealed record BudgetShare(double Ratio, double Limit);
