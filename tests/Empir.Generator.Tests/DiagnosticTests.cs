namespace Empir.Generator.Tests;

/// <summary>One mistake, one message: each test makes one in a correct spec and names the id, the place and the words.</summary>
public class DiagnosticTests
{
    // Syntax

    [Fact]
    public void UnclosedList() => Refuses(
        Small("protocols: [paper, white_box]", "protocols: [paper, white_box"),
        "(39,15): error EMPIR1001: Broken YAML: the text after this point cannot be read; check brackets, quotes and indentation");

    [Fact]
    public void TabIndentation() => Refuses(
        Small("  epochs: 1", "	epochs: 1"),
        "(32,12): error EMPIR1001: Broken YAML: While scanning a plain scalar, found a tab character that violate indentation");

    [Fact]
    public void EmptyFile() => Refuses(
        "",
        "(1,1): error EMPIR1001: Broken YAML: the file is empty; a spec begins with 'empir: 1'");

    [Fact]
    public void CommentsOnly() => Refuses(
        "# nothing\n",
        "(1,1): error EMPIR1001: Broken YAML: the file is empty; a spec begins with 'empir: 1'");

    [Fact]
    public void RootIsAList() => Refuses(
        "- empir: 1\n",
        "(1,1): error EMPIR1009: The spec must be a mapping, not a list");

    [Fact]
    public void ScannerCrash() => Refuses(
        "empir: 1\nbits: [2\n- name: x\n",
        "(2,7): error EMPIR1001: Broken YAML: the text after this point cannot be read; check brackets, quotes and indentation");

    [Fact]
    public void ComplexKey() => Refuses(
        Small("classes: 3", "? [classes]\n: 3"),
        "(6,3): error EMPIR1001: Broken YAML: a key must be plain text");

    [Fact]
    public void Anchor() => Refuses(
        Small("classes: 3", "classes: &many 3"),
        "(6,10): error EMPIR1002: Anchors and aliases are not part of a spec; write the value of '&many' out");

    [Fact]
    public void Alias() => Refuses(
        Small("classes: 3", "classes: *many"),
        "(6,10): error EMPIR1002: Anchors and aliases are not part of a spec; write the value of '*many' out");

    [Fact]
    public void SelfReferencingAnchor() => Refuses(
        "a: &x [*x]\n",
        "(1,4): error EMPIR1002: Anchors and aliases are not part of a spec; write the value of '&x' out");

    [Fact]
    public void Tag() => Refuses(
        Small("classes: 3", "classes: !!int 3"),
        "(6,10): error EMPIR1003: Tags are not part of a spec; remove '!!int'");

    [Fact]
    public void SecondDocument() => Refuses(
        Small("classes: 3", "classes: 3\n---\nempir: 1"),
        "(7,1): error EMPIR1004: A spec is one YAML document; move this one to a file of its own");

    // Keys

    [Fact]
    public void UnknownKey() => Refuses(
        Small("padding: same", "paddding: same"),
        "(12,71): error EMPIR1006: Unknown key 'paddding' in a conv2d layer. Did you mean 'padding'?");

    [Fact]
    public void UnknownKeyFarFromAny() => Refuses(
        Small("init: unit_norm", "zzzzzz: unit_norm"),
        "(10,5): error EMPIR1006: Unknown key 'zzzzzz' in an architecture; use init or layers");

    [Fact]
    public void UnknownTopLevelKey() => Refuses(
        Small("classes: 3", "classes: 3\nbudget: { memory: 2 }"),
        "(7,1): error EMPIR1006: Unknown key 'budget' in the spec; use empir, ensemble, description, input, classes, architectures, precisions, members, fusion, training or evaluation");

    [Fact]
    public void MissingKeyOfASection() => Refuses(
        Small("width: 8, ", ""),
        "(5,1): error EMPIR1007: Missing key 'width' in input");

    [Fact]
    public void MissingKeyOfALayer() => Refuses(
        Small("out_channels: 4, ", ""),
        "(12,17): error EMPIR1007: Missing key 'out_channels' in a conv2d layer");

    [Fact]
    public void MissingKeyOfAMember() => Refuses(
        Small(", seed: 1", ""),
        "(26,7): error EMPIR1007: Missing key 'seed' in a member");

    [Fact]
    public void MissingTopLevelKey() => Refuses(
        Small("classes: 3\n", ""),
        "(1,1): error EMPIR1007: Missing key 'classes' in the spec");

    [Fact]
    public void MissingType() => Refuses(
        Small("{ type: relu }", "{ name: relu }"),
        "(13,11): error EMPIR1007: Missing key 'type' in a layer");

    [Fact]
    public void DuplicateKey() => Refuses(
        Small("classes: 3", "classes: 3\nclasses: 3"),
        "(7,1): error EMPIR1008: Duplicate key 'classes' in the spec; keep one");

    [Fact]
    public void DuplicateKeyOfAMap() => Refuses(
        Small("  Net:\n", "  Net: { layers: [{ type: flatten }, { type: linear, name: a, out_features: 3 }] }\n  Net:\n"),
        "(10,3): error EMPIR1008: Duplicate key 'Net' in 'architectures'; keep one");

    [Fact]
    public void WrongVersion() => Refuses(
        Small("empir: 1", "empir: 2"),
        "(1,8): error EMPIR1010: 'empir' must be 1, not 2");

    [Fact]
    public void TextForANumber() => Refuses(
        Small("epochs: 1", "epochs: many"),
        "(33,11): error EMPIR1009: 'epochs' must be a whole number from 1 to 100000, not text 'many'");

    [Fact]
    public void FractionForAWholeNumber() => Refuses(
        Small("epochs: 1", "epochs: 1.5"),
        "(33,11): error EMPIR1010: 'epochs' must be a whole number from 1 to 100000, not 1.5");

    [Fact]
    public void NumberBelowItsRange() => Refuses(
        Small("batch_size: 8", "batch_size: 0"),
        "(34,15): error EMPIR1010: 'batch_size' must be a whole number from 1 to 1000000, not 0");

    [Fact]
    public void NumberBeyond64Bits() => Refuses(
        Small("epochs: 1", "epochs: 99999999999999999999"),
        "(33,11): error EMPIR1010: 'epochs' must be a whole number from 1 to 100000, not 99999999999999999999");

    [Fact]
    public void NumberForText() => Refuses(
        Small("description: Two low members beside a full one.", "description: 7"),
        "(3,14): error EMPIR1009: 'description' must be text, not 7");

    [Fact]
    public void TextForABoolean() => Refuses(
        Small("bias: false", "bias: no"),
        "(12,92): error EMPIR1009: 'bias' must be true or false, not text 'no'");

    [Fact]
    public void EmptyValue() => Refuses(
        Small("epochs: 1", "epochs:"),
        "(33,10): error EMPIR1009: 'epochs' must be a whole number from 1 to 100000, not empty");

    [Fact]
    public void ScalarForASection() => Refuses(
        Small("input: { channels: 1, height: 8, width: 8, range: [0, 1] }", "input: 8"),
        "(5,8): error EMPIR1009: 'input' must be a mapping, not 8");

    [Fact]
    public void MappingForAList() => Refuses(
        Small("protocols: [paper, white_box]", "protocols: { paper: 1 }"),
        "(39,16): error EMPIR1009: 'protocols' must be a list of 1 to 1000 values, not a mapping");

    [Fact]
    public void EmptyList() => Refuses(
        Small("protocols: [paper, white_box]", "protocols: []"),
        "(39,14): error EMPIR1010: 'protocols' must be a list of 1 to 1000 values, not 0");

    [Fact]
    public void ThreeForTwo() => Refuses(
        Small("range: [0, 1]", "range: [0, 1, 2]"),
        "(5,51): error EMPIR1010: 'range' must be a list of 2 values, not 3");

    [Fact]
    public void RangeUpsideDown() => Refuses(
        Small("range: [0, 1]", "range: [1, 0]"),
        "(5,51): error EMPIR1010: 'range' must be [smallest, largest] with smallest below largest, not [1, 0]");

    [Fact]
    public void BadSize() => Refuses(
        Small("kernel_size: 3", "kernel_size: [3, 3, 3]"),
        "(12,68): error EMPIR1009: 'kernel_size' must be a whole number from 1 to 256, or [height, width] of such numbers, not a list");

    [Fact]
    public void SizeBelowItsRange() => Refuses(
        Small("kernel_size: 3", "kernel_size: [3, 0]"),
        "(12,72): error EMPIR1010: 'kernel_size' must be a whole number from 1 to 256, or [height, width] of such numbers, not 0");

    [Fact]
    public void NegativeEpsilon() => Refuses(
        Small("epsilon: 0.3", "epsilon: -0.3"),
        "(38,34): error EMPIR1010: 'epsilon' must be a number of at least 0, not -0.3");

    [Fact]
    public void InfiniteEpsilon() => Refuses(
        Small("epsilon: 0.3", "epsilon: .inf"),
        "(38,34): error EMPIR1009: 'epsilon' must be a number of at least 0, not text '.inf'");

    [Fact]
    public void ZeroLearningRate() => Refuses(
        Small("learning_rate: 0.001", "learning_rate: 0"),
        "(35,43): error EMPIR1010: 'learning_rate' must be a number above 0, not 0");

    [Fact]
    public void UnknownLayerType() => Refuses(
        Small("{ type: max_pool2d", "{ type: maxpool2d"),
        "(14,17): error EMPIR1011: 'type' cannot be 'maxpool2d'. Did you mean 'max_pool2d'?");

    [Fact]
    public void UnknownPadding() => Refuses(
        Small("padding: same", "padding: sam"),
        "(12,80): error EMPIR1011: 'padding' cannot be 'sam'. Did you mean 'same'?");

    [Fact]
    public void UnknownNorm() => Refuses(
        Small("norm: linf", "norm: l1"),
        "(38,19): error EMPIR1011: 'norm' cannot be 'l1'. Did you mean 'l2'?");

    [Fact]
    public void UnknownProtocol() => Refuses(
        Small("white_box]", "whitebox]"),
        "(39,22): error EMPIR1011: An item of 'protocols' cannot be 'whitebox'. Did you mean 'white_box'?");

    [Fact]
    public void EnsembleNotPascalCase() => Refuses(
        Small("ensemble: SmallEmpir", "ensemble: small_empir"),
        "(2,11): error EMPIR1012: 'small_empir' is not a PascalCase name of at most 64 letters, digits and underscores");

    [Fact]
    public void LayerNotSnakeCase() => Refuses(
        Small("name: conv1", "name: Conv1"),
        "(12,31): error EMPIR1012: 'Conv1' is not a snake_case name of at most 64 letters, digits and underscores");

    [Fact]
    public void LayerIsNoMapping() => Refuses(
        Small("- { type: relu }", "- relu"),
        "(13,9): error EMPIR1009: An item of 'layers' must be a layer such as { type: relu }, not text 'relu'");

    // Shapes

    [Fact]
    public void WindowLargerThanImage() => Refuses(
        Small("kernel_size: 3, padding: same", "kernel_size: [9, 11], padding: 1"),
        "(12,17): error EMPIR2001: conv2d 'conv1' takes at least [1, 7, 9], but its input is [1, 8, 8]; use a smaller kernel or more padding");

    [Fact]
    public void PoolLargerThanImage() => Refuses(
        Small("max_pool2d, kernel_size: 2", "max_pool2d, kernel_size: 9"),
        "(14,17): error EMPIR2001: max_pool2d takes at least [4, 9, 9], but its input is [4, 8, 8]; use a smaller window");

    [Fact]
    public void LinearOnAnImage() => Refuses(
        Small("      - { type: flatten }\n", ""),
        "(15,17): error EMPIR2001: linear 'logits' takes [F], but its input is [4, 4, 4]; add a flatten layer before it");

    [Fact]
    public void ConvolutionAfterFlatten() => Refuses(
        Small("{ type: relu }", "{ type: flatten }"),
        "(14,17): error EMPIR2001: max_pool2d takes an image [C, H, W], but its input is [256]; move it before flatten");

    [Fact]
    public void PoolAfterFlatten() => Refuses(
        Small("- { type: relu }", "- { type: flatten }\n      - { type: avg_pool2d, kernel_size: 2 }"),
        "(14,17): error EMPIR2001: avg_pool2d takes an image [C, H, W], but its input is [256]; move it before flatten");

    [Fact]
    public void ClassesDoNotMatch() => Refuses(
        Small("classes: 3", "classes: 4"),
        "(16,17): error EMPIR2002: Net ends in [3], but 'classes: 4' needs [4]; make the last layer's output [4]");

    [Fact]
    public void LastLayerIsNoVector() => Refuses(
        Small("      - { type: flatten }\n      - { type: linear, name: logits, out_features: 3 }\n", ""),
        "(14,17): error EMPIR2002: Net ends in [4, 4, 4], but 'classes: 3' needs [3]; make the last layer's output [3]");

    [Fact]
    public void GroupsDoNotDivideTheInput() => Refuses(
        Small("kernel_size: 3, ", "kernel_size: 3, groups: 2, "),
        "(12,79): error EMPIR2003: conv2d 'conv1' cannot split its input channels (1) into 2 groups; choose a divisor of its input and output channels");

    [Fact]
    public void PoolPaddingTooLarge() => Refuses(
        Small("max_pool2d, kernel_size: 2", "max_pool2d, kernel_size: 2, padding: 2"),
        "(14,54): error EMPIR2004: max_pool2d pads by 2x2, more than half its window 2x2; use at most 1x1");

    [Fact]
    public void ImageTooLarge() => Refuses(
        Small("height: 8, width: 8", "height: 16384, width: 16385"),
        "(5,45): error EMPIR1010: 'width' must be a whole number from 1 to 16384, not 16385");

    [Fact]
    public void ImageTooManyValues() => Refuses(
        Small("channels: 1, height: 8, width: 8", "channels: 2, height: 16384, width: 16384"),
        "(5,20): error EMPIR2005: input makes the network too large: 536,870,912 values for one image, where at most 268,435,456 are supported");

    [Fact]
    public void LayerTooLarge() => Refuses(
        Small("channels: 1, height: 8, width: 8", "channels: 1, height: 16384, width: 16384"),
        "(12,17): error EMPIR2005: conv2d 'conv1' makes the network too large: 1,073,741,824 values for one image, where at most 268,435,456 are supported");

    [Fact]
    public void NormalizeOfOtherChannels() => Refuses(
        Small("range: [0, 1]", "range: [0, 1], normalize: { mean: [0.5, 0.5], std: [0.5] }"),
        "(5,78): error EMPIR2006: 'mean' needs one value per channel: 1, not 2");

    // Bits

    [Fact]
    public void BitsOutOfRange() => Refuses(
        Small("weights: 2", "weights: 12"),
        "(21,14): error EMPIR3001: 'weights' must be 1 to 8, 16 or 32 bits, not 12");

    [Fact]
    public void NoBits() => Refuses(
        Small("activations: 4", "activations: 0"),
        "(22,18): error EMPIR3001: 'activations' must be 1 to 8, 16 or 32 bits, not 0");

    [Fact]
    public void BitsAsText() => Refuses(
        Small("weights: 2", "weights: two"),
        "(21,14): error EMPIR1009: 'weights' must be 1 to 8, 16 or 32 bits, not text 'two'");

    [Fact]
    public void OverrideBits() => Refuses(
        Small("logits: full", "logits: { weights: 33 }"),
        "(23,34): error EMPIR3001: 'weights' must be 1 to 8, 16 or 32 bits, not 33");

    [Fact]
    public void OverrideMatchesNothing() => Refuses(
        Small("logits: full", "logit: full"),
        "(23,15): error EMPIR3002: 'logit' matches no layer with weights in Net. Did you mean 'logits'?");

    [Fact]
    public void OverrideMatchesNoWeights() => Refuses(
        Small("layers: { logits: full }", "layers: { 'rel*': full }"),
        "(23,15): error EMPIR3002: 'rel*' matches no layer with weights in Net; use conv1 or logits");

    [Fact]
    public void OverrideNamesNoPrecision() => Refuses(
        Small("logits: full", "logits: lov"),
        "(23,23): error EMPIR4001: There is no precision 'lov'. Did you mean 'low'?");

    [Fact]
    public void FullIsBuiltIn() => Refuses(
        Small("  low:\n", "  full: { quantizer: dorefa, weights: 8, activations: 8 }\n  low:\n"),
        "(19,3): error EMPIR3003: The precision 'full' is built in and means 32 bits everywhere; rename this one");

    [Fact]
    public void UnknownQuantizer() => Refuses(
        Small("dorefa", "dorefo"),
        "(20,16): error EMPIR1011: 'quantizer' cannot be 'dorefo'. Did you mean 'dorefa'?");

    // Ensemble

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
    public void MissingTieBreak() => Refuses(
        Small(", tie_break: full", ""),
        "(29,17): error EMPIR4003: A majority can tie; add 'tie_break' with the member that decides (low_a or full)");

    [Fact]
    public void TieBreakWithoutMajority() => Refuses(
        Small("rule: majority", "rule: average"),
        "(29,37): error EMPIR4007: 'tie_break' has no effect with 'rule: average'; remove it");

    [Fact]
    public void WeightsWithMajority() => Refuses(
        Small("tie_break: full", "tie_break: full, weights: [1, 1]"),
        "(29,53): error EMPIR4007: 'weights' has no effect with 'rule: majority'; remove it");

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

    [Fact]
    public void EnsembleNamedLikeTheList() => Refuses(
        Small("ensemble: SmallEmpir", "ensemble: EmpirSpecs"),
        "(2,11): error EMPIR4005: 'EmpirSpecs' becomes 'EmpirSpecs' in C#, which the list of specs already uses; rename it");

    private static string Small(string old, string replacement)
    {
        Assert.Contains(old, SpecSources.Small, StringComparison.Ordinal);
        var index = SpecSources.Small.IndexOf(old, StringComparison.Ordinal);
        return SpecSources.Small.Remove(index, old.Length).Insert(index, replacement);
    }

    private static void Refuses(string spec, params string[] messages) =>
        Assert.Equal(messages, GeneratorRun.Of(("x", spec)).Messages.Select(message => message.Replace(GeneratorRun.Folder + "x", "", StringComparison.Ordinal)));
}
