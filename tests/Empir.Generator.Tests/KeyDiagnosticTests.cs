using static Empir.Generator.Tests.Refusal;

namespace Empir.Generator.Tests;

/// <summary>Keys and values that are not those of the language.</summary>
public class KeyDiagnosticTests
{
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
        Small("classes: 3", "classes: 3\nbits: { memory: 2 }"),
        "(7,1): error EMPIR1006: Unknown key 'bits' in the spec; use empir, ensemble, description, input, classes, blocks, architectures, precisions, members, fusion, budget, training or evaluation");

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
        "(38,34): error EMPIR1010: 'epsilon' must be a number of at least 0 and at most 1000000, not -0.3");

    [Fact]
    public void InfiniteEpsilon() => Refuses(
        Small("epsilon: 0.3", "epsilon: .inf"),
        "(38,34): error EMPIR1009: 'epsilon' must be a number of at least 0 and at most 1000000, not text '.inf'");

    [Fact]
    public void HugeEpsilon() => Refuses(
        Small("epsilon: 0.3", "epsilon: 1000001"),
        "(38,34): error EMPIR1010: 'epsilon' must be a number of at least 0 and at most 1000000, not 1000001");

    [Fact]
    public void SeedOfMoreThan32Bits() => Refuses(
        Small("seed: 1", "seed: 4294967296"),
        "(26,61): error EMPIR1010: 'seed' must be a whole number from 0 to 4294967295, not 4294967296");

    [Fact]
    public void LargestSeed() => Refuses(Small("seed: 1", "seed: 4294967295"));

    [Fact]
    public void ZeroLearningRate() => Refuses(
        Small("learning_rate: 0.001", "learning_rate: 0"),
        "(35,43): error EMPIR1010: 'learning_rate' must be a number above 0 and at most 1000, not 0");

    [Fact]
    public void HugeLearningRate() => Refuses(
        Small("learning_rate: 0.001", "learning_rate: 1001"),
        "(35,43): error EMPIR1010: 'learning_rate' must be a number above 0 and at most 1000, not 1001");

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
}
