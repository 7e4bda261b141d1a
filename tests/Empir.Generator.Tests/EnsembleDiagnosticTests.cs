using static Empir.Generator.Tests.Refusal;

namespace Empir.Generator.Tests;

/// <summary>References, fusion rules and names.</summary>
public class EnsembleDiagnosticTests
{
    [Fact]
    public void UnknownArchitecture() => Refuses(
        Small("architecture: Net, precision: low", "architecture: Nett, precision: low"),
        "(26,34): error EMPIR4001: There is no architecture 'Nett'. Did you mean 'Net'?");

    [Fact]
    public void UnknownPrecision() => Refuses(
        Small("precision: low,", "precision: lo,"),
        "(26,50): error EMPIR4001: There is no precision 'lo'. Did you mean 'low'?");

    [Fact]
    public void UnknownTieBreak() => Refuses(
        Small("tie_break: full", "tie_break: ful"),
        "(29,38): error EMPIR4001: There is no member 'ful'. Did you mean 'full'?");

    [Fact]
    public void TieBreakWithoutMajority() => Refuses(
        Small("rule: majority", "rule: average"),
        "(29,37): error EMPIR1016: 'tie_break' has no effect with 'rule: average'; remove it");

    [Fact]
    public void TieBreakWithMaxConfidence() => Refuses(
        Small("rule: majority", "rule: max_confidence"),
        "(29,44): error EMPIR1016: 'tie_break' has no effect with 'rule: max_confidence'; remove it");

    [Fact]
    public void OutputsAndWeightsWithMaxConfidence() => Refuses(
        Small("rule: majority, tie_break: full", "rule: max_confidence, of: logits, weights: [1, 1]"),
        "(29,37): error EMPIR1016: 'of' has no effect with 'rule: max_confidence'; remove it",
        "(29,54): error EMPIR1016: 'weights' has no effect with 'rule: max_confidence'; remove it");

    [Fact]
    public void PaperProtocolWithoutTieBreak() => Refuses(
        Small(", tie_break: full", ""),
        "(39,15): error EMPIR4008: The protocol 'paper' is defined for a majority with a full-precision tie-break member, but there is no 'tie_break'; write 'tie_break: full', or use white_box");

    [Fact]
    public void PaperProtocolWithAQuantisedTieBreak() => Refuses(
        Small("tie_break: full", "tie_break: low_a"),
        "(39,15): error EMPIR4008: The protocol 'paper' is defined for a majority with a full-precision tie-break member, but 'low_a' has quantised layers; write 'tie_break: full', or use white_box");

    [Fact]
    public void PaperProtocolWithoutAFullMember() => Refuses(
        Small("Net, precision: full", "Net, precision: low"),
        "(39,15): error EMPIR4008: The protocol 'paper' is defined for a majority with a full-precision tie-break member, but 'full' has quantised layers; add a member at precision full and let it decide ties, or use white_box");

    [Fact]
    public void PaperProtocolWithoutMajority() => Refuses(
        Small("rule: majority, tie_break: full", "rule: max_confidence"),
        "(39,15): error EMPIR4008: The protocol 'paper' is defined for a majority with a full-precision tie-break member, but the rule is 'max_confidence'; write 'rule: majority' with a 'tie_break', or use white_box");

    [Fact]
    public void ImagesOfAProtocolThatIsNotRun() => Refuses(
        Small("images: 10", "images: { paper: 10, adaptive: 5 }"),
        "(40,34): error EMPIR1016: 'adaptive' has no effect with 'protocols: [paper, white_box]'; remove it");

    [Fact]
    public void ImagesOfNoProtocol() => Refuses(
        Small("images: 10", "images: {}"),
        "(40,11): error EMPIR1010: 'images' must be a number, or a number for at least one protocol, not empty");

    [Fact]
    public void ImagesOfAMisspeltProtocol() => Refuses(
        Small("images: 10", "images: { papr: 10 }"),
        "(40,13): error EMPIR1006: Unknown key 'papr' in images. Did you mean 'paper'?");

    [Fact]
    public void NoImagesOfAProtocol() => Refuses(
        Small("images: 10", "images: { paper: 0 }"),
        "(40,20): error EMPIR1010: 'paper' must be a whole number from 1 to 2147483647, not 0");

    [Fact]
    public void NormWithoutAttacks() => Refuses(
        Small("norm: linf", "norm: l2"),
        "(38,19): error EMPIR4009: No protocol has attacks bounded in l2; use linf");

    [Fact]
    public void WeightsWithMajority() => Refuses(
        Small("tie_break: full", "tie_break: full, weights: [1, 1]"),
        "(29,53): error EMPIR1016: 'weights' has no effect with 'rule: majority'; remove it");

    [Fact]
    public void MissingWeights() => Refuses(
        Small("rule: majority, tie_break: full", "rule: weighted"),
        "(29,17): error EMPIR1007: Missing key 'weights' in a weighted fusion");

    [Fact]
    public void TooFewWeights() => Refuses(
        Small("rule: majority, tie_break: full", "rule: weighted, weights: [1]"),
        "(29,36): error EMPIR4004: 'weights' needs one value per member: 2, not 1");

    [Fact]
    public void WeightsOfAStranger() => Refuses(
        Small("rule: majority, tie_break: full", "rule: weighted, weights: { low_a: 1, ful: 1 }"),
        "(29,48): error EMPIR4001: There is no member 'ful'. Did you mean 'full'?");

    [Fact]
    public void WeightsAllZero() => Refuses(
        Small("rule: majority, tie_break: full", "rule: weighted, weights: [0, 0]"),
        "(29,36): error EMPIR1010: 'weights' must be above 0 for at least one member, not 0 for all");

    [Fact]
    public void UnknownRule() => Refuses(
        Small("rule: majority", "rule: majorty"),
        "(29,17): error EMPIR1011: 'rule' cannot be 'majorty'. Did you mean 'majority'?");

    [Fact]
    public void DuplicateMember() => Refuses(
        Small("name: low_a, arch", "name: full, arch"),
        "(27,13): error EMPIR4002: The member 'full' is declared twice; rename one");

    [Fact]
    public void DuplicateLayer() => Refuses(
        Small("name: conv1", "name: logits"),
        "(16,31): error EMPIR4002: The layer 'logits' is declared twice; rename one");

    [Fact]
    public void DuplicateProtocol() => Refuses(
        Small("white_box]", "paper]"),
        "(39,22): error EMPIR4002: The protocol 'paper' is declared twice; rename one");

    [Fact]
    public void MembersThatBecomeOneName() => Refuses(
        Small("name: low_a, arch", "name: full_, arch"),
        "(27,13): error EMPIR4005: 'full' becomes 'Full' in C#, which the ensemble's class already uses; rename it");

    [Fact]
    public void MemberWithAnInheritedName() => Refuses(
        Small("name: low_a", "name: members"),
        "(26,13): error EMPIR4005: 'members' becomes 'Members' in C#, which the ensemble's class already uses; rename it");

    [Fact]
    public void MemberNamedLikeItsNetwork() => Refuses(
        Small("name: low_a", "name: net_low"),
        "(26,13): error EMPIR4005: 'net_low' becomes 'NetLow' in C#, which the ensemble's class already uses; rename it");

    [Fact]
    public void LayerWithAnInheritedName() => Refuses(
        Small("name: conv1", "name: card"),
        "(12,31): error EMPIR4005: 'card' becomes 'Card' in C#, which the network's class already uses; rename it");

    [Theory]
    [InlineData("EmpirSpecs")]
    [InlineData("All")]
    public void EnsembleNamedLikeTheList(string name) => Refuses(
        Small("ensemble: SmallEmpir", $"ensemble: {name}"),
        $"(2,11): error EMPIR4005: '{name}' becomes '{name}' in C#, which the list of specs already uses; rename it");

    [Theory]
    [InlineData("Spec")]
    [InlineData("Facts")]
    [InlineData("Members")]
    [InlineData("ToString")]
    public void EnsembleNamedLikeAMemberOfItsClass(string name)
    {
        var spec = Small("ensemble: SmallEmpir", $"ensemble: {name}");

        Refuses(spec, $"(2,11): error EMPIR4005: '{name}' becomes '{name}' in C#, which the ensemble's class already uses; rename it");
        Assert.Empty(GeneratorRun.Of(("x", spec)).Output.GetDiagnostics());
    }

    [Fact]
    public void IndependentMistakesAreAllReported() => Refuses(
        Small("kernel_size: 3, padding: same", "kernel_size: 30")
            .Replace("epochs: 1", "epoch: 1", StringComparison.Ordinal)
            .Replace("tie_break: full", "tie_break: half", StringComparison.Ordinal),
        "(33,3): error EMPIR1006: Unknown key 'epoch' in training. Did you mean 'epochs'?",
        "(12,17): error EMPIR2001: conv2d 'conv1' takes at least [1, 30, 30], but its input is [1, 8, 8]; use a smaller kernel or more padding",
        "(29,38): error EMPIR4001: There is no member 'half'; use low_a or full");
}
