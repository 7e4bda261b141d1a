using Empir.Attacks;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

/// <summary>What holds for every attack, image, seed and radius.</summary>
public class AttackPropertyTests
{
    private static readonly Dictionary<string, Attack> All = new()
    {
        ["fgsm"] = new Fgsm(),
        ["fgsm last"] = new Fgsm { Iterate = Iterate.Last },
        ["bim"] = new Bim { Steps = 8, StepSize = 0.03 },
        ["bim last"] = new Bim { Steps = 8, StepSize = 0.03, Iterate = Iterate.Last },
        ["pgd"] = new Pgd { Steps = 8, StepSize = 0.03 },
        ["pgd last, as in the paper"] = new Pgd { Steps = 8, StepSize = 0.03, Iterate = Iterate.Last, ClipStart = false },
        ["pgd from outside the box"] = new Pgd { Steps = 2, StepSize = 0.03, ClipStart = false },
        ["cw"] = new CarliniWagnerL2 { Steps = 20, SearchSteps = 2, InitialConstant = 1, LearningRate = 0.1 },
        ["cw, as in the paper"] = new CarliniWagnerL2 { Steps = 20, SearchSteps = 1, InitialConstant = 10, LearningRate = 0.1, Abort = EarlyAbort.WholeBatch },
    };

    public static TheoryData<string> Names => [.. All.Keys];

    // The whole-batch abort looks at the neighbours by design.
    public static TheoryData<string> BatchFree => [.. All.Keys.Where(name => name != "cw, as in the paper")];

    [Theory, MemberData(nameof(Names))]
    public void Ball_and_box_hold_for_every_image_and_the_input_is_not_changed(string name)
    {
        using var net = new SmallConvNet(3, 2, 4);
        foreach (var epsilon in new[] { 0.02, 0.3, 2.0 })
        {
            using var x = Images(6, seed: 4);
            using var copy = x.clone();
            using var y = Wrong(net, x, every: 3);
            var threat = Threat(All[name], epsilon);
            using var result = All[name].Run(new ClassifierSurface(net, "net"), threat, x, y, seed: 9);

            Assert.Equal(copy.data<float>().ToArray(), x.data<float>().ToArray());
            Assert.InRange(result.Adversarial.min().ToDouble(), 0, 1);
            Assert.InRange(result.Adversarial.max().ToDouble(), 0, 1);
            using var change = (result.Adversarial - x).flatten(1);
            var distances = (threat.Norm == Norm.Linf ? change.abs().amax([1]) : change.square().sum(1).sqrt()).data<float>().ToArray();
            Assert.All(distances, distance => Assert.InRange(distance, 0, epsilon + 1e-6));
        }
    }

    [Theory, MemberData(nameof(BatchFree))]
    public void An_image_alone_gives_what_it_gives_in_a_batch(string name)
    {
        // Double precision, so that the order of a sum inside a convolution cannot flip the sign of a gradient.
        using var net = new SmallConvNet(3);
        net.to(ScalarType.Float64);
        using var x = Images(5, seed: 5).to(ScalarType.Float64);
        using var y = Wrong(net, x, every: 4);
        var surface = new ClassifierSurface(net, "net");
        var threat = Threat(All[name], 0.2);
        using var together = All[name].Run(surface, threat, x, y, seed: 9, firstImage: 100);
        for (var i = 0; i < 5; i++)
        {
            using var alone = All[name].Run(surface, threat, x.narrow(0, i, 1), y.narrow(0, i, 1), seed: 9, firstImage: 100 + i);
            using var difference = (alone.Adversarial[0] - together.Adversarial[i]).abs().max();
            Assert.InRange(difference.ToDouble(), 0, 1e-6);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Epsilon_zero_is_the_identity(string name)
    {
        using var net = new SmallConvNet(3);
        using var x = Images(4, seed: 6);
        using var y = Wrong(net, x, every: 4);
        using var result = All[name].Run(new ClassifierSurface(net, "net"), Threat(All[name], 0), x, y);

        Assert.Equal(x.data<float>().ToArray(), result.Adversarial.data<float>().ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void Success_is_what_a_fresh_forward_pass_says(string name)
    {
        using var ensemble = new SmallEnsemble();
        using var x = Images(6, seed: 7);
        using var y = ensemble.Predict(x);
        using var result = All[name].Run(new MeanProbabilitiesSurface(ensemble), Threat(All[name], 0.5), x, y);
        using var decided = ensemble.Predict(result.Adversarial);

        Assert.Equal(decided.ne(y).data<bool>().ToArray(), result.Success.data<bool>().ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void Same_seed_same_bits(string name)
    {
        using var net = new SmallConvNet(3);
        using var x = Images(4, seed: 8);
        using var y = net.call(x).argmax(-1);
        using var first = All[name].Run(new ClassifierSurface(net, "net"), Threat(All[name], 0.2), x, y, seed: 1);
        using var second = All[name].Run(new ClassifierSurface(net, "net"), Threat(All[name], 0.2), x, y, seed: 1);

        Assert.Equal(first.Adversarial.data<float>().ToArray(), second.Adversarial.data<float>().ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void An_empty_batch_gives_an_empty_result(string name)
    {
        using var net = new SmallConvNet(3);
        using var x = zeros(0, 1, 28, 28);
        using var result = All[name].Run(new ClassifierSurface(net, "net"), Threat(All[name], 0.2), x, zeros(0, ScalarType.Int64));

        Assert.Equal([0, 1, 28, 28], result.Adversarial.shape);
        Assert.Equal([0], result.Success.shape);
    }

    [Theory, MemberData(nameof(Names))]
    public void Nothing_but_the_result_stays_alive(string name)
    {
        using var ensemble = new SmallEnsemble();
        using var x = Images(4, seed: 8);
        using var y = ensemble.Predict(x);
        var surface = new MeanProbabilitiesSurface(ensemble);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        All[name].Run(surface, Threat(All[name], 0.2), x, y).Dispose();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    internal static Tensor Images(int count, int seed)
    {
        using var random = new Generator((ulong)seed, CPU);
        return rand([count, 1, 28, 28], generator: random);
    }

    private static ThreatModel Threat(Attack attack, double epsilon) => new(attack.Norm, epsilon);

    // The network's own classes, but every so-many-th image is labelled otherwise: it is broken before the attack starts.
    private static Tensor Wrong(SmallConvNet net, Tensor x, int every)
    {
        var y = net.call(x).argmax(-1);
        for (var i = 0; i < y.shape[0]; i += every)
            y[i] = (y[i] + 1) % 10;
        return y;
    }
}
