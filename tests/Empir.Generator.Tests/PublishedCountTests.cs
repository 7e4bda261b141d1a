using Empir.Generator.Checking;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Reading;

namespace Empir.Generator.Tests;

/// <summary>The zoo's networks have the parameters that are published for them, known at compile time.</summary>
public class PublishedCountTests
{
    /// <summary>
    /// ResNet-18, PreActResNet-18, WideResNet-28-10: the CIFAR variants with 10 classes; ResNet-20: 0.27 million in its paper,
    /// with parameter-free shortcuts; VGG-16 and MobileNetV2: torchvision's table of weights; the last three: EMPIR's code,
    /// weights only, AlexNet with its biases and batch norm.
    /// </summary>
    [Theory]
    [InlineData("zoo/resnet18", 11_173_962)]
    [InlineData("zoo/resnet20", 269_722)]
    [InlineData("zoo/preact_resnet18", 11_172_170)]
    [InlineData("zoo/wide_resnet28_10", 36_479_194)]
    [InlineData("zoo/vgg16_bn", 138_365_992)]
    [InlineData("zoo/mobilenet_v2", 3_504_872)]
    [InlineData("zoo/mnistconv", 709_888)]
    [InlineData("zoo/cifarconv", 116_704)]
    [InlineData("alexnet", 61_265_256)]
    public void ParametersAreThePublishedOnes(string file, long published) =>
        Assert.Equal(published, Full(file).Parameters);

    [Theory]
    [InlineData("zoo/mnistconv", 8_586_496)]
    [InlineData("zoo/cifarconv", 10_763_904)]
    [InlineData("alexnet", 1_937_082_368)]
    public void MacsAreThoseOfTheReleasedNetworks(string file, long derived) => Assert.Equal(derived, Full(file).Macs);

    // Facts, section 1c: what each stage of the released AlexNet hands on.
    [Fact]
    public void AlexNetHasTheShapesOfTheReleasedCode() =>
        Assert.Equal(
            ["[96, 54, 54]", "[256, 54, 54]", "[256, 27, 27]", "[384, 27, 27]", "[384, 14, 14]", "[384, 14, 14]", "[256, 14, 14]", "[256, 6, 6]"],
            Full("alexnet").Rows.Where(row => row.Layer.Output.IsImage && row.Layer.Type is "conv2d" or "max_pool2d").Select(row => row.Layer.Output.ToString()));

    private static NetworkSpec Full(string file)
    {
        var path = Path.Combine(Repository.Root, "specs", file + ".empir.yaml");
        var spec = SpecChecker.Check(new SpecFile(path, File.ReadAllText(path)), new GeneratorOptions("Zoo", "", false));
        Assert.Equal([], spec.Diagnostics.Select(diagnostic => diagnostic.ToDiagnostic().ToString()));
        return spec.Outcome.Spec!.Networks.Single(network => network.Precision == "full");
    }
}
