using static Empir.Generator.Tests.Refusal;

namespace Empir.Generator.Tests;

/// <summary>Blocks, repeats, joins and expressions that cannot be built: each says where and what to do.</summary>
public class BlockDiagnosticTests
{
    private const string Relu = "      - { type: relu }\n";

    [Fact]
    public void UnknownBlock() => Refuses(
        Blocks("Unit:\n    layers: [{ type: relu }]", "{ type: Unti, name: a }"),
        "(17,17): error EMPIR4001: There is no block 'Unti'. Did you mean 'Unit'?");

    [Fact]
    public void BlockWithoutName() => Refuses(
        Blocks("Unit:\n    layers: [{ type: relu }]", "{ type: Unit }"),
        "(17,17): error EMPIR1007: Missing key 'name' in a Unit layer");

    [Fact]
    public void BlockWithoutLayers() => Refuses(
        Blocks("Unit:\n    parameters: [width]", "{ type: Unit, name: a, width: 2 }"),
        "(9,3): error EMPIR1007: Missing key 'layers' in a block");

    [Fact]
    public void MissingParameter() => Refuses(
        Blocks("Unit:\n    parameters: [width]\n    layers: [{ type: relu }]", "{ type: Unit, name: a }"),
        "(18,17): error EMPIR1007: Missing key 'width' in a Unit layer");

    [Fact]
    public void UnknownParameterOfABlock() => Refuses(
        Blocks("Unit:\n    parameters: [width]\n    layers: [{ type: relu }]", "{ type: Unit, name: a, widht: 2 }"),
        "(18,32): error EMPIR1006: Unknown key 'widht' in a Unit layer. Did you mean 'width'?");

    [Fact]
    public void UnknownNameInAnExpression() => Refuses(
        Blocks("Unit:\n    parameters: [width]\n    layers: [{ type: conv2d, name: c, out_channels: 2 * $wdth, kernel_size: 1 }]", "{ type: relu }"),
        "(11,53): error EMPIR4001: There is no parameter 'wdth'. Did you mean 'width'?");

    [Fact]
    public void IndexOutsideARepeat() => Refuses(
        Small("out_channels: 4", "out_channels: $index"),
        "(12,52): error EMPIR4001: There is no parameter 'index'; use in_channels or classes");

    [Theory]
    [InlineData("2 $width", "'$' is not expected after '2'")]
    [InlineData("(2 * $width", "it ends too early")]
    [InlineData("$width +", "it ends too early")]
    [InlineData("$Width", "'W' is not expected after '$'")]
    [InlineData("$width % 2", "'%' is not expected after '$width'")]
    public void BrokenExpression(string expression, string complaint) => Refuses(
        Blocks($"Unit:\n    parameters: [width]\n    layers: [{{ type: conv2d, name: c, out_channels: {expression}, kernel_size: 1 }}]", "{ type: relu }"),
        $"(11,53): error EMPIR1013: '{expression}' cannot be read: {complaint}; use whole numbers, $parameters, + - * / and brackets");

    [Theory]
    [InlineData("$width / 2", "3 / 2 is no whole number")]
    [InlineData("4 / ($width - 3)", "it divides by zero")]
    [InlineData("2000000 * 2000000 * $width", "its value is too large")]
    public void ExpressionWithoutAValue(string expression, string reason) => Refuses(
        Blocks($"Unit:\n    parameters: [width]\n    layers: [{{ type: conv2d, name: c, out_channels: {expression}, kernel_size: 1 }}]", "{ type: Unit, name: a, width: 3 }"),
        $"(11,53): error EMPIR1014: '{expression}' cannot be computed here: {reason}; change it, or the numbers it is used with");

    [Fact]
    public void ComputedValueOutOfRangeIsShownWithItsOrigin() => Refuses(
        Blocks("Unit:\n    parameters: [width]\n    layers: [{ type: conv2d, name: c, out_channels: 3 - $width, kernel_size: 1 }]", "{ type: Unit, name: a, width: 3 }"),
        "(11,53): error EMPIR1010: 'out_channels' must be a whole number from 1 to 65536, not 0 (3 - $width)");

    [Fact]
    public void ExpressionsBelongToLayers() => Refuses(
        Small("epochs: 1", "epochs: 2 * $classes"),
        "(33,11): error EMPIR1009: 'epochs' must be a whole number from 1 to 100000, not text '2 * $classes'");

    [Theory]
    [InlineData("in_channels")]
    [InlineData("index")]
    [InlineData("name")]
    public void ReservedParameter(string name) => Refuses(
        Blocks($"Unit:\n    parameters: [{name}]\n    layers: [{{ type: relu }}]", "{ type: relu }"),
        $"(10,18): error EMPIR1015: '{name}' has a meaning of its own and cannot be a parameter; rename it");

    [Fact]
    public void ParameterTwice() => Refuses(
        Blocks("Unit:\n    parameters: [a, b, a]\n    layers: [{ type: relu }]", "{ type: relu }"),
        "(10,24): error EMPIR4002: The parameter 'a' is declared twice; rename one");

    [Fact]
    public void BlockHoldsItself() => Refuses(
        Blocks("Unit:\n    layers: [{ type: Unit, name: u }]", "{ type: Unit, name: a }"),
        "(10,22): error EMPIR2009: The block 'Unit' holds itself (Unit); a block can use other blocks only");

    [Fact]
    public void BlocksHoldEachOther() => Refuses(
        Blocks("A:\n    layers: [{ type: residual, body: [{ type: B, name: b }] }]\n  B:\n    layers: [{ type: repeat, name: r, times: 2, layers: [{ type: A }] }]", "{ type: A, name: first }"),
        "(12,66): error EMPIR2009: The block 'A' holds itself (B in A); a block can use other blocks only");

    [Fact]
    public void ShapeErrorInABlockNamesThePath() => Refuses(
        Blocks("Unit:\n    layers: [{ type: conv2d, name: c, out_channels: 2, kernel_size: 5 }]", "{ type: repeat, name: deep, times: 3, layers: [{ type: Unit }] }"),
        "(10,22): error EMPIR2001: conv2d 'deep.1.c' takes at least [2, 5, 5], but its input is [2, 4, 4]; use a smaller kernel or more padding");

    [Fact]
    public void ResidualSidesDiffer() => Refuses(
        Small(Relu, "      - { type: residual, body: [{ type: conv2d, name: c, out_channels: 6, kernel_size: 1 }] }\n"),
        "(13,17): error EMPIR2007: residual cannot join [6, 8, 8] and [4, 8, 8]; give both the same shape");

    [Fact]
    public void BranchesOfDifferentSizes() => Refuses(
        Small(Relu, "      - { type: branches, name: b, join: concat, branches: [[], [{ type: max_pool2d, kernel_size: 2 }]] }\n"),
        "(13,17): error EMPIR2007: branches 'b' cannot join [4, 8, 8] and [4, 4, 4]; give both the same height and width");

    [Fact]
    public void JoinWithALaterLayer() => Refuses(
        Small(Relu, "      - { type: add, from: conv2 }\n"),
        "(13,28): error EMPIR4001: There is no earlier layer 'conv2'. Did you mean 'conv1'?; add finds named layers that stand before it in its own list");

    [Fact]
    public void ReflectionBeyondTheImage() => Refuses(
        Small(Relu, "      - { type: pad, padding: [8, 0, 0, 0], mode: reflect }\n"),
        "(13,31): error EMPIR2008: pad pads by 8,0,0,0 with 'reflect', more than its input [4, 8, 8] can give; pad less or with zeros");

    [Fact]
    public void SameNameInARepeatAndOutside() => Assert.Empty(GeneratorRun.Of(
        Small(Relu, "      - { type: repeat, name: r, times: 2, layers: [{ type: conv2d, name: conv1, out_channels: 4, kernel_size: 1 }, { type: relu }] }\n")).Messages);

    [Fact]
    public void SameNameInAResidualAndOutside() => Refuses(
        Small(Relu, "      - { type: residual, body: [{ type: conv2d, name: conv1, out_channels: 4, kernel_size: 1 }] }\n"),
        "(13,56): error EMPIR4002: The layer 'conv1' is declared twice; rename one");

    [Fact]
    public void LayerWithTheNameOfABlock() => Refuses(
        Blocks("Unit:\n    layers: [{ type: relu }]", "{ type: Unit, name: unit }"),
        "(17,29): error EMPIR4005: 'unit' becomes 'Unit' in C#, which the network's class already uses; rename it");

    [Fact]
    public void ExponentialNestingStopsAtALimit()
    {
        var blocks = "B0:\n    layers: [{ type: relu }]" + string.Concat(
            Enumerable.Range(1, 12).Select(i => $"\n  B{i}:\n    layers: [{{ type: repeat, name: r, times: 1000, layers: [{{ type: B{i - 1} }}] }}]"));
        var message = Assert.Single(GeneratorRun.Of(Blocks(blocks, "{ type: B12, name: a }")).Messages);
        Assert.Contains("makes the network too large: 5,001 layers, where at most 5,000 are supported", message, StringComparison.Ordinal);
    }

    [Fact]
    public void BlocksInBlocksEndAtALimitToo()
    {
        var blocks = "B0:\n    layers: [{ type: relu }]" + string.Concat(
            Enumerable.Range(1, 99).Select(i => $"\n  B{i}:\n    layers: [{{ type: residual, body: [{{ type: B{i - 1}, name: b }}] }}]"));
        var message = Assert.Single(GeneratorRun.Of(Blocks(blocks, "{ type: B99, name: a }")).Messages);
        Assert.Contains("makes the network too large: 65 layers inside one another, where at most 64 are supported", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quantizer: pact, weights: { quantizer: pact, bits: 2 }", "(21,27): error EMPIR3005: 'pact' cannot quantise weights; use dorefa, lsq, ternary or binary")]
    [InlineData("quantizer: ternary, weights: 3", "(21,14): error EMPIR3006: ternary weights have 2 bits, not 3; write that, or choose another quantizer")]
    [InlineData("quantizer: lsq, weights: 1", "(21,14): error EMPIR3006: lsq weights have at least 2 bits, not 1; write that, or choose another quantizer")]
    [InlineData("weights: 2", "(19,3): error EMPIR1007: Missing key 'quantizer' in a precision")]
    [InlineData("weights: { quantizer: lsq }", "(20,16): error EMPIR1007: Missing key 'bits' in a quantizer", "(19,3): error EMPIR1007: Missing key 'quantizer' in a precision")]
    [InlineData("quantizer: lsq, weights: { bits: 2, rounding: stochastic }", "(21,35): error EMPIR1016: 'rounding' has no effect with lsq weights; remove it")]
    [InlineData("weights: 32", "(19,3): error EMPIR1007: Missing key 'quantizer' in a precision")]
    public void QuantizersThatDoNotFit(string precision, params string[] messages) => Refuses(
        Small("quantizer: dorefa\n    weights: 2", precision.Replace(", weights", "\n    weights", StringComparison.Ordinal)), messages);

    // The small spec with blocks, one of which is used.
    private static string Blocks(string blocks, string layer) =>
        Small(Relu, $"      - {layer}\n").Replace("architectures:", $"blocks:\n  {blocks}\n\narchitectures:", StringComparison.Ordinal);
}
