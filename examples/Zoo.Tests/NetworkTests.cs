using Empir.Ensembles;

namespace Zoo.Tests;

/// <summary>A change of a spec that changes its networks shows here, line by line.</summary>
public class NetworkTests
{
    [Fact]
    public Task AlexNet() => Verify(AlexNetEmpir.Spec.Card.Text);

    [Fact]
    public Task Cifar() => Verify(CifarEmpir.Spec.Card.Text);

    [Fact]
    public Task CifarAdversarial() => Verify(Zoo.CifarAdversarial.Spec.Card.Text);

    [Fact]
    public Task CifarDistillation() => Verify(Zoo.CifarDistillation.Spec.Card.Text);

    [Fact]
    public Task CifarGradientRegularization() => Verify(Zoo.CifarGradientRegularization.Spec.Card.Text);

    [Fact]
    public Task CifarRobust() => Verify(Zoo.CifarRobust.Spec.Card.Text);

    [Fact]
    public Task CifarConv() => Verify(CifarConvEmpir.Spec.Card.Text);

    [Fact]
    public Task Fashion() => Verify(FashionEmpir.Spec.Card.Text);

    [Fact]
    public Task FashionMnist() => Verify(FashionMnistEmpir.Spec.Card.Text);

    [Fact]
    public Task Mnist() => Verify(MnistEmpir.Spec.Card.Text);

    [Fact]
    public Task MnistAdversarial() => Verify(Zoo.MnistAdversarial.Spec.Card.Text);

    [Fact]
    public Task MnistDistillation() => Verify(Zoo.MnistDistillation.Spec.Card.Text);

    [Fact]
    public Task MnistGradientRegularization() => Verify(Zoo.MnistGradientRegularization.Spec.Card.Text);

    [Fact]
    public Task MnistRobust() => Verify(Zoo.MnistRobust.Spec.Card.Text);

    [Fact]
    public Task MnistRobustFull() => Verify(Zoo.MnistRobustFull.Spec.Card.Text);

    [Fact]
    public Task MnistConv() => Verify(MnistConvEmpir.Spec.Card.Text);

    [Fact]
    public Task MobileNetV2() => Verify(MobileNetV2Empir.Spec.Card.Text);

    [Fact]
    public Task PreActResNet18() => Verify(PreActResNet18Empir.Spec.Card.Text);

    [Fact]
    public Task ResNet18() => Verify(ResNet18Empir.Spec.Card.Text);

    [Fact]
    public Task ResNet20() => Verify(ResNet20Empir.Spec.Card.Text);

    [Fact]
    public Task Vgg16() => Verify(Vgg16Empir.Spec.Card.Text);

    [Fact]
    public Task WideResNet2810() => Verify(WideResNet2810Empir.Spec.Card.Text);

    [Fact]
    public void EveryEnsembleHasATestAbove() => Assert.Equal(
        typeof(FashionEmpir).Assembly.GetTypes().Where(typeof(Ensemble).IsAssignableFrom)
            .Select(type => type.Name.Replace("Empir", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        typeof(NetworkTests).GetMethods().Where(method => method.ReturnType == typeof(Task)).Select(method => method.Name).Order(StringComparer.Ordinal));
}
