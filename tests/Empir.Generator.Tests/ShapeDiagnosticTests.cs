using static Empir.Generator.Tests.Refusal;

namespace Empir.Generator.Tests;

/// <summary>Layers that do not fit, and bits that do not exist.</summary>
public class ShapeDiagnosticTests
{
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
}
