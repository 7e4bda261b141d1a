using Empir.Attacks;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

public sealed class AttackInputTests : IDisposable
{
    private readonly SmallConvNet net = new(3);
    private readonly Tensor x = rand(2, 1, 28, 28);
    private readonly Tensor y = zeros(2, ScalarType.Int64);

    [Fact]
    public void A_threat_in_another_norm_is_refused() =>
        Refused("CW-L2 does not work in Linf.", new CarliniWagnerL2(), ThreatModel.Linf(1), x, y);

    [Theory, InlineData(-0.1), InlineData(double.NaN)]
    public void A_radius_that_is_none_is_refused(double epsilon) =>
        Refused("cannot be negative", new Fgsm(), ThreatModel.Linf(epsilon), x, y);

    [Fact]
    public void Pixels_outside_the_box_are_refused() =>
        Refused("outside the box 0 to 1", new Pgd(), ThreatModel.Linf(0.1), x + 0.5, y);

    [Fact]
    public void A_label_too_few_is_refused() =>
        Refused("one 64-bit label each", new Pgd(), ThreatModel.Linf(0.1), x, y.narrow(0, 0, 1));

    [Fact]
    public void A_target_is_refused_by_an_attack_that_takes_none()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            new DeepFool().Run(new ClassifierSurface(net, "net"), ThreatModel.L2(1), x, y, targets: y));
        Assert.Contains("DeepFool cannot be told which class to reach; run it without targets.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_radius_too_few_is_refused()
    {
        using var one = ones(1);
        var error = Assert.Throws<ArgumentException>(() =>
            new Pgd().Run(new ClassifierSurface(net, "net"), ThreatModel.Linf(0.1), x, y, epsilons: one));
        Assert.Contains("2 images need one radius each, not [1].", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Works_where_the_caller_has_turned_gradients_off()
    {
        using var _ = no_grad();
        using var result = new Bim { Steps = 3, StepSize = 0.1 }.Run(new ClassifierSurface(net, "net"), ThreatModel.Linf(0.3), x, net.call(x).argmax(-1));

        Assert.True(result.Linf.max().ToDouble() > 0.05);
    }

    [Fact]
    public void Cancellation_stops_it()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            new Pgd().Run(new ClassifierSurface(net, "net"), ThreatModel.Linf(0.1), x, y, cancellation: source.Token));
    }

    [Fact]
    public void Broken_images_leave_the_batch()
    {
        // Labelled with a class the network does not give, every image is broken before the first step.
        using var wrong = (net.call(x).argmax(-1) + 1) % 10;
        using var result = new Pgd { Steps = 40 }.Run(new ClassifierSurface(net, "net"), ThreatModel.Linf(0.1), x, wrong);

        Assert.True(result.Success.all().ToBoolean());
        Assert.Equal(0, result.Linf.max().ToDouble());
        Assert.Equal(2, result.Forwards);
        Assert.Equal(0, result.Backwards);
    }

    public void Dispose()
    {
        net.Dispose();
        x.Dispose();
        y.Dispose();
    }

    private void Refused(string words, Attack attack, ThreatModel threat, Tensor images, Tensor labels)
    {
        var error = Assert.Throws<ArgumentException>(() => attack.Run(new ClassifierSurface(net, "net"), threat, images, labels));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }
}
