using static Empir.Generator.Tests.AdviceTests;

namespace Empir.Generator.Tests;

/// <summary>Comments that silence advice, and comments that only look as if.</summary>
public class SuppressionTests
{
    // Two pieces of advice: EMPIR9005 on line 2, EMPIR9003 on line 17.
    private static readonly string Noisy = Calm("    first: full\n", "").Replace("budget: { relative_to: full, memory: 4, compute: 4 }\n", "", StringComparison.Ordinal);

    [Theory]
    [InlineData("  low: # empir: ignore EMPIR9003")]
    [InlineData("  low:   #   empir:  ignore  EMPIR9003  ")]
    [InlineData("  low: # empir: ignore EMPIR9003: the paper does so too")]
    [InlineData("  low: # empir: ignore EMPIR9003 -- the paper: does so too")]
    [InlineData("  # empir: ignore EMPIR9003\n  low:")]
    [InlineData("# empir: ignore EMPIR9003: why\n  # and something else\n  low:")]
    public void OnTheLineOrAbove(string low) => Assert.Equal(["EMPIR9005"], Ids(Noisy.Replace("  low:", low, StringComparison.Ordinal)));

    [Theory]
    [InlineData("# empir: ignore EMPIR9003 EMPIR9005\n")]
    [InlineData("# empir: ignore EMPIR9003, EMPIR9005: a sketch\n# another comment\n\n")]
    [InlineData("# A sketch.\n# empir: ignore EMPIR9003\n# empir: ignore EMPIR9005\n---\n")]
    public void AboveTheFirstKeyForTheWholeFile(string top) => Assert.Empty(Ids(top + Noisy));

    [Theory]
    [InlineData("  # empir: ignore EMPIR9003\n\n  low:")]
    [InlineData("  low:\n    # empir: ignore EMPIR9003")]
    public void ElsewhereItSuppressesNothing(string low) => Assert.Equal(
        ["EMPIR9003", "EMPIR9005", "EMPIR9006"], Ids(Noisy.Replace("  low:", low, StringComparison.Ordinal)));

    [Theory]
    [InlineData("description: \"# empir: ignore EMPIR9003 EMPIR9005\"\n")]
    [InlineData("description: 'it''s # empir: ignore EMPIR9005'\n")]
    [InlineData("description: |\n  # empir: ignore EMPIR9003 EMPIR9005\n")]
    [InlineData("description: >-\n  text\n  # empir: ignore EMPIR9003 EMPIR9005\n")]
    [InlineData("description: no#empir: ignore EMPIR9005\n")]
    [InlineData("description: \"first\n  # empir: ignore EMPIR9003 EMPIR9005\n  last\"\n")]
    public void AHashInAScalarIsNoComment(string description) => Assert.Equal(
        ["EMPIR9003", "EMPIR9005"], Ids(Noisy.Replace("classes: 3\n", description.Contains("no#", StringComparison.Ordinal) ? "classes: 3\ndescription: no#empir\n" : $"classes: 3\n{description}", StringComparison.Ordinal)));

    [Theory]
    [InlineData("description: \"# no comment\" # empir: ignore EMPIR9005\n")]
    [InlineData("description: |\n  text\n# empir: ignore EMPIR9005\n")]
    public void AfterAScalarItIs(string description) =>
        Assert.Contains("EMPIR9006", Ids(Noisy.Replace("classes: 3\n", $"classes: 3\n{description}", StringComparison.Ordinal)));

    [Fact]
    public void InsideAFlowMapping() => Advises(
        Noisy.Replace("ensemble: CalmEmpir\n", "ensemble: CalmEmpir # empir: ignore EMPIR9005\n", StringComparison.Ordinal)
            .Replace("  low:\n", "  low: # empir: ignore EMPIR9003\n", StringComparison.Ordinal)
            .Replace("threat: { norm: linf,", "threat: { norm: linf, # empir: ignore EMPIR9001\n ", StringComparison.Ordinal),
        "(30,53): warning EMPIR9006: EMPIR9001 suppresses nothing here; remove it");

    [Theory]
    [InlineData("EMPIR9033", "(4,28): warning EMPIR9006: EMPIR9033 is no advice; use EMPIR9001, EMPIR9002, EMPIR9003, EMPIR9004, EMPIR9005 or EMPIR9007")]
    [InlineData("EMPIR1006", "(4,28): warning EMPIR9006: EMPIR1006 is no advice; use EMPIR9001, EMPIR9002, EMPIR9003, EMPIR9004, EMPIR9005 or EMPIR9007")]
    [InlineData("EMPIR9006", "(4,28): warning EMPIR9006: EMPIR9006 is no advice; use EMPIR9001, EMPIR9002, EMPIR9003, EMPIR9004, EMPIR9005 or EMPIR9007")]
    [InlineData("EMPIR9004", "(4,28): warning EMPIR9006: EMPIR9004 suppresses nothing here; remove it")]
    [InlineData("EMPIR9004 wrong", "(4,28): warning EMPIR9006: EMPIR9004 suppresses nothing here; remove it", "(4,38): warning EMPIR9006: wrong is no advice; use EMPIR9001, EMPIR9002, EMPIR9003, EMPIR9004, EMPIR9005 or EMPIR9007")]
    [InlineData(": why", "(4,13): warning EMPIR9006: The comment names no advice; use EMPIR9001, EMPIR9002, EMPIR9003, EMPIR9004, EMPIR9005 or EMPIR9007")]
    public void AUselessCommentIsAdviceItself(string ids, params string[] messages) =>
        Advises(Calm("classes: 3\n", $"classes: 3 # empir: ignore {ids}\n"), messages);

    [Fact]
    public void AnotherCommentIsNobodysBusiness() => Advises(Calm("classes: 3\n", "classes: 3 # we ignore EMPIR9003 here; see empir: ignore\n"));

    [Fact]
    public void EveryLineEnd()
    {
        foreach (var end in new[] { "\r\n", "\r", "\u0085", "\u2028" })
            Assert.Equal(["EMPIR9005"], Ids(Noisy.Replace("  low:\n", "  low: # empir: ignore EMPIR9003\n", StringComparison.Ordinal).Replace("\n", end, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Ids(string spec)
    {
        Assert.Empty(GeneratorRun.Of(spec).Messages);
        return AdviceRun.Of(("x", spec)).Select(diagnostic => diagnostic.Id).Order(StringComparer.Ordinal);
    }
}
