namespace Zoo.Tests;

/// <summary>A change of a spec that changes its networks shows here, line by line.</summary>
public class NetworkTests
{
    [Fact]
    public Task Fashion() => Verify(FashionEmpir.Spec.Card.Text);

    [Fact]
    public Task Mnist() => Verify(MnistEmpir.Spec.Card.Text);
}
