using static Empir.Generator.Tests.Refusal;

namespace Empir.Generator.Tests;

/// <summary>What an ensemble may cost. Figures by hand: one w2 member beside a full one, exempting the last layer.</summary>
public class BudgetTests
{
    // Weights: conv1 4 x 1 x 3 x 3 = 36, logits 64 x 3 + 3 biases = 195. MACs: conv1 36 x 64 = 2304, logits 192.
    // Bytes: full 144 + 780 = 924, low 9 + 780 = 789. Bit operations: full 2496 x 1024 = 2,555,904, low 2304 x 8 + 192 x 1024 = 215,040.
    [Fact]
    public void Memory() => Refuses(
        WithBudget("memory: 1.85"),
        "(30,38): error EMPIR3004: The ensemble has 1.854 times the memory of 'full' (1,713 against 924 bytes), over its budget of 1.85"
        + "; shrink first: low_a.logits (780 bytes, 45.5%), low_a.conv1 (9 bytes, 0.5%)");

    [Fact]
    public void Compute() => Refuses(
        WithBudget("compute: 1"),
        "(30,39): error EMPIR3004: The ensemble has 1.084 times the compute of 'full' (2,770,944 against 2,555,904 bit operations), over its budget of 1"
        + "; shrink first: low_a.logits (196,608 bit operations, 7.1%), low_a.conv1 (18,432 bit operations, 0.7%)");

    [Fact]
    public void Parameters() => Refuses(
        WithBudget("memory: 2, parameters: 1.5"),
        "(30,53): error EMPIR3004: The ensemble has 2.000 times the parameters of 'full' (462 against 231 parameters), over its budget of 1.5"
        + "; shrink first: low_a.logits (195 parameters, 42.2%), low_a.conv1 (36 parameters, 7.8%)");

    [Fact]
    public void EveryLimitIsReported() => Assert.Equal(2, GeneratorRun.Of(WithBudget("memory: 1.85, compute: 1")).Diagnostics.Length);

    // In the paper's accounting the exempted layer has two bits too: 9 + 48 + 12 bytes of biases, 2496 x 8 bit operations.
    [Fact]
    public void PaperAccountingChargesNoExemption() => Refuses(
        WithBudget("memory: 1.07, compute: 1.007, accounting: paper"),
        "(30,38): error EMPIR3004: The ensemble has 1.075 times the memory of 'full' (993 against 924 bytes), over its budget of 1.07"
        + "; shrink first: low_a.logits (60 bytes, 6.0%), low_a.conv1 (9 bytes, 0.9%)",
        "(30,53): error EMPIR3004: The ensemble has 1.008 times the compute of 'full' (2,575,872 against 2,555,904 bit operations), over its budget of 1.007"
        + "; shrink first: low_a.conv1 (18,432 bit operations, 0.7%), low_a.logits (1,536 bit operations, 0.1%)");

    [Fact]
    public void AtTheLimitIsWithinIt() => Refuses(WithBudget("memory: 2, parameters: 2, compute: 1.0841346153846154"));

    [Fact]
    public void ALittleOverShowsTheDigitsThatSaySo() => Assert.Contains(
        "has 1.084134615 times", Assert.Single(GeneratorRun.Of(WithBudget("compute: 1.0841")).Messages), StringComparison.Ordinal);

    [Fact]
    public void OneMemberAlone() => Refuses(
        WithBudget("memory: 0.5").Replace("  - { name: low_a, architecture: Net, precision: low, seed: 1 }\n", "", StringComparison.Ordinal),
        "(29,38): error EMPIR3004: The ensemble has 1.000 times the memory of 'full' (924 against 924 bytes), over its budget of 0.5");

    [Fact]
    public void UnknownMember() => Refuses(
        WithBudget("memory: 2").Replace("relative_to: full", "relative_to: ful", StringComparison.Ordinal),
        "(30,24): error EMPIR4001: There is no member 'ful'. Did you mean 'full'?");

    [Fact]
    public void NothingLimited() => Refuses(
        WithBudget("accounting: honest"),
        "(30,1): error EMPIR1007: Missing key 'memory', 'compute' or 'parameters' in budget");

    [Fact]
    public void ParametersAloneAreABudget() => Assert.Empty(GeneratorRun.Of(WithBudget("parameters: 3")).Messages);

    [Fact]
    public void RatioOfNothing() => Refuses(
        WithBudget("memory: 0"),
        "(30,38): error EMPIR1010: 'memory' must be a number above 0 and at most 1000000, not 0");

    [Fact]
    public void TheSpecsValuesHoldTheBudget()
    {
        var spec = RuntimeTests.Compiled(("b.empir.yaml", WithBudget("memory: 2.5, compute: 1.25, accounting: paper"))).Single();

        Assert.Equal(new Specs.Budget("full", Specs.BudgetAccounting.Paper, new(993 / 924.0, 2.5), new(2_575_872 / 2_555_904.0, 1.25)), spec.Budget);
        Assert.Equal(new Modules.RelativeCost("full", 1713 / 924.0, 2_770_944 / 2_555_904.0, (2496 + (2304 / 8) + 192) / 2496.0), spec.Card.CostRelativeTo("full"));
    }

    private static string WithBudget(string limits) =>
        Small("tie_break: full }", $"tie_break: full }}\nbudget: {{ relative_to: full, {limits} }}");
}
