using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Empir.Generator.Tests;

/// <summary>Advice on specs without errors: each rule's hit and near miss. What silences it is tested beside.</summary>
public class AdviceTests
{
    private const string FirstLayer = "(17,3): warning EMPIR9003: The precision 'low' quantises the first layer, 'conv1', and so the image, which costs accuracy"
        + " and protects only until an attack differentiates through the rounding; write 'first: full', or name the layer if it is meant";

    [Fact]
    public void ACalmSpecGetsNone() => Advises(SpecSources.Calm);

    [Fact]
    public void TheShippedSpecsGetNone() => Assert.Empty(AdviceRun.Of(SpecSources.Shipped));

    [Fact]
    public void EvenNumberOfVotersWithoutTieBreak() => Advises(
        Even("{ rule: majority }"),
        "(29,17): warning EMPIR9001: The votes of 2 members often tie, and then the mean probabilities decide; name a 'tie_break' member, or use an odd number of members");

    [Theory]
    [InlineData("{ rule: majority, tie_break: full }")]
    [InlineData("{ rule: average }")]
    public void EvenNumberOfMembersThatCannotTie(string fusion) => Advises(Even(fusion));

    [Fact]
    public void OddNumberOfVotersWithoutTieBreak() => Advises(
        Calm("fusion: { rule: majority, tie_break: full }", "fusion: { rule: majority }").Replace("[paper, white_box]", "[white_box]", StringComparison.Ordinal));

    // hidden holds 32,768 of 32,768 + 144 + 96 bytes.
    [Fact]
    public void UnquantisedBulk() => Advises(
        Calm("    last:", "    layers: { hidden: full }\n    last:"),
        "(22,15): warning EMPIR9002: 'hidden' is left unquantised and holds 99% of the bytes of 'low_a' and 'low_b'; quantise it too, or the member saves little memory");

    // Left at full precision, but small; the other large, but quantised.
    [Fact]
    public void UnquantisedTrifle() => Advises(Calm("last: { weights: 8 }", "last: full"));

    // A precision that leaves all weights alone is no mistake in one layer.
    [Fact]
    public void UnquantisedWeightsEverywhere() => Advises(Calm("weights: 2\n", "weights: 32\n"));

    // Weights of few bits leave the image as it is.
    [Fact]
    public void FirstLayersWeightsQuantised() => Advises(Calm("    first: full\n", "").Replace("activations: 4", "activations: 32", StringComparison.Ordinal));

    [Fact]
    public void FirstLayerQuantised() => Advises(Calm("    first: full\n", ""), FirstLayer);

    [Theory]
    [InlineData("first: { weights: 2 }")]
    [InlineData("layers: { conv1: { weights: 2, activations: 4 } }")]
    [InlineData("layers: { 'conv*': { weights: 4 } }")]
    public void FirstLayerQuantisedByName(string exception) => Advises(Calm("first: full", exception));

    [Theory]
    [InlineData("layers: { hidden: { weights: 2 } }", "hidden", 15)]
    [InlineData("layers: { hidden: full, 'h*': { weights: 4 } }", "hidden", 15)]
    public void ExceptionThatChangesNothing(string exception, string name, int column) => Advises(
        Calm("    last:", $"    {exception}\n    last:"),
        $"(22,{column}): warning EMPIR9004: '{name}' in the precision 'low' changes nothing: without it every layer has the same bits; remove it");

    [Fact]
    public void LastThatChangesNothing() => Advises(
        Calm("last: { weights: 8 }", "last: { activations: 4 }"),
        "(22,13): warning EMPIR9004: 'last' in the precision 'low' changes nothing: without it every layer has the same bits; remove it");

    // Of two that say the same, one is needed.
    [Fact]
    public void ExceptionSaidTwice() => Advises(
        Calm("    last:", "    layers: { hidden: { weights: 4 }, 'hid*': { weights: 4 } }\n    last:"),
        "(22,15): warning EMPIR9004: 'hidden' in the precision 'low' changes nothing: without it every layer has the same bits; remove it");

    [Fact]
    public void ExceptionThatChangesOneLayerOfTwo() => Advises(
        Calm("last: { weights: 8 }", "layers: { '*i*': { weights: 8 }, hidden: { weights: 4 } }"));

    [Fact]
    public void NoBudget()
    {
        var spec = Calm("budget: { relative_to: full, memory: 4, compute: 4 }\n", "");

        Advises(spec, "(2,11): info EMPIR9005: Nothing limits what CalmEmpir costs; add 'budget' with the member it is compared with");
        Advises(spec.Replace("  - { name: low_a, architecture: Net, precision: low, seed: 1 }\n  - { name: low_b, architecture: Net, precision: low, seed: 2 }\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void ASpecWithErrorsGetsNone() => Assert.Empty(AdviceRun.Messages(Calm("    first: full\n", "").Replace("classes: 3", "classes: 4", StringComparison.Ordinal)));

    [Fact]
    public void AFileThatIsNoSpecGetsNone() =>
        Assert.Empty(AdviceRun.Of(new RunOptions(ItemType: "None"), ("a.yaml", Calm("    first: full\n", ""))));

    [Theory]
    [InlineData("sv-SE")]
    [InlineData("tr-TR")]
    public void AdviceIsTheSameInEveryCulture(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            UnquantisedBulk();
            EvenNumberOfVotersWithoutTieBreak();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void AdviceCanBeConfigured() =>
        Assert.All(new Advice.EmpirAdvice().SupportedDiagnostics, descriptor => Assert.DoesNotContain(WellKnownDiagnosticTags.NotConfigurable, descriptor.CustomTags));

    private static string Even(string fusion) => Calm("fusion: { rule: majority, tie_break: full }", $"fusion: {fusion}")
        .Replace("  - { name: low_b, architecture: Net, precision: low, seed: 2 }\n", "\n", StringComparison.Ordinal).Replace("[paper, white_box]", "[white_box]", StringComparison.Ordinal);

    internal static string Calm(string old, string replacement)
    {
        Assert.Contains(old, SpecSources.Calm, StringComparison.Ordinal);
        return SpecSources.Calm.Replace(old, replacement, StringComparison.Ordinal);
    }

    internal static void Advises(string spec, params string[] messages)
    {
        Assert.Empty(GeneratorRun.Of(spec).Messages);
        Assert.Equal(messages, AdviceRun.Messages(spec));
    }
}
