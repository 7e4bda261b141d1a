using Empir.Attacks;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

/// <summary>What holds for every attack over shapes, seeds and radii.</summary>
public class AttackPropertyTests
{
    public static TheoryData<string> Names => [.. AllAttacks.Names];

    public static TheoryData<string> BatchFree => [.. AllAttacks.BatchFree];

    public static TheoryData<string> Lazy => [.. AllAttacks.Lazy];

    public static TheoryData<string> Monotone => [.. AllAttacks.Monotone];

    public static TheoryData<string> Targeted => [.. AllAttacks.Targeted];

    [Theory, MemberData(nameof(Names))]
    public void Ball_and_box_hold_for_every_image_and_the_input_is_not_changed(string name)
    {
        var (attack, norm) = AllAttacks.Of(name);
        foreach (var seed in new[] { 1, 2, 3 })
        {
            using var task = new AttackTask(seed);
            using var copy = task.Images.clone();
            using var y = task.Labels(wrongEvery: 3);
            using var epsilons = tensor(Enumerable.Range(0, task.Count).Select(i => 0.02 * Math.Pow(5, (i + seed) % 4)).ToArray());
            using var result = attack.Run(task.Surface, new(norm, 1), task.Images, y, seed, epsilons: epsilons);

            Assert.Equal(Values(copy), Values(task.Images));
            Assert.InRange(result.Adversarial.min().ToDouble(), 0, 1);
            Assert.InRange(result.Adversarial.max().ToDouble(), 0, 1);
            using var change = (result.Adversarial - task.Images).flatten(1);
            using var distances = norm == Norm.Linf ? change.abs().amax([1]) : change.square().sum(1).sqrt();
            Assert.All(distances.data<float>().ToArray().Zip(epsilons.data<double>().ToArray()),
                pair => Assert.InRange(pair.First, 0, (pair.Second * (1 + 1e-5)) + 1e-6));
        }
    }

    [Theory, MemberData(nameof(BatchFree))]
    public void An_image_alone_gives_what_it_gives_in_a_batch(string name)
    {
        // Double precision, so that the order of a sum inside a layer cannot flip the sign of a gradient.
        var (attack, norm) = AllAttacks.Of(name);
        using var task = new AttackTask(4);
        task.Net.to(ScalarType.Float64);
        using var x = task.Images.to(ScalarType.Float64);
        using var y = task.Surface.Decide(x);
        y[0] = (y[0] + 1) % task.Classes;
        using var epsilons = linspace(0.05, 0.5, task.Count);
        // Neither neighbours nor in order: what is left of a dataset after other attacks.
        long[] indices = [.. Enumerable.Range(0, task.Count).Select(i => 100L + (7 * i % task.Count))];
        using var together = attack.Run(task.Surface, new(norm, 1), x, y, seed: 9, indices, epsilons: epsilons);
        for (var i = 0; i < task.Count; i++)
        {
            using var alone = attack.Run(
                task.Surface, new(norm, epsilons[i].ToDouble()), x.narrow(0, i, 1), y.narrow(0, i, 1), seed: 9, [indices[i]]);
            using var difference = (alone.Adversarial[0] - together.Adversarial[i]).abs().max();
            Assert.InRange(difference.ToDouble(), 0, 1e-6);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Epsilon_zero_is_the_identity(string name)
    {
        var (attack, norm) = AllAttacks.Of(name);
        using var task = new AttackTask(5);
        using var y = task.Labels(wrongEvery: 4);
        using var result = attack.Run(task.Surface, new(norm, 0), task.Images, y);

        Assert.Equal(Values(task.Images), Values(result.Adversarial));
    }

    [Theory, MemberData(nameof(Names))]
    public void Success_is_what_a_fresh_forward_pass_says(string name)
    {
        var (attack, norm) = AllAttacks.Of(name);
        using var ensemble = new SmallEnsemble();
        using var x = Images(4, seed: 7);
        using var y = ensemble.Predict(x);
        using var result = attack.Run(new MeanProbabilitiesSurface(ensemble), new(norm, 0.5), x, y);
        using var decided = ensemble.Predict(result.Adversarial);

        Assert.Equal(decided.ne(y).data<bool>().ToArray(), result.Success.data<bool>().ToArray());
    }

    [Theory, MemberData(nameof(Targeted))]
    public void A_target_counts_as_reached_only_if_it_is_decided(string name)
    {
        var (attack, norm) = AllAttacks.Of(name);
        using var task = new AttackTask(6);
        using var y = task.Labels();
        using var targets = (y + 1) % task.Classes;
        using var result = attack.Run(task.Surface, new(norm, 3), task.Images, y, targets: targets);
        using var decided = task.Surface.Decide(result.Adversarial);

        Assert.Equal(decided.eq(targets).data<bool>().ToArray(), result.Success.data<bool>().ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void Same_seed_same_bits(string name)
    {
        var (attack, norm) = AllAttacks.Of(name);
        using var task = new AttackTask(8);
        using var y = task.Labels();
        using var first = attack.Run(task.Surface, new(norm, 0.2), task.Images, y, seed: 1);
        using var second = attack.Run(task.Surface, new(norm, 0.2), task.Images, y, seed: 1);

        Assert.Equal(Values(first.Adversarial), Values(second.Adversarial));
    }

    [Theory, MemberData(nameof(Names))]
    public void An_empty_batch_gives_an_empty_result(string name)
    {
        var (attack, norm) = AllAttacks.Of(name);
        using var task = new AttackTask(1);
        using var x = task.Images[..0];
        using var result = attack.Run(task.Surface, new(norm, 0.2), x, zeros(0, ScalarType.Int64));

        Assert.Equal(x.shape, result.Adversarial.shape);
        Assert.Equal([0], result.Success.shape);
    }

    [Theory, MemberData(nameof(Lazy))]
    public void Images_that_are_wrong_already_stay_as_they_are(string name)
    {
        var (attack, norm) = AllAttacks.Of(name);
        using var task = new AttackTask(2);
        using var wrong = task.Labels(wrongEvery: 1);
        using var all = attack.Run(task.Surface, new(norm, 0.5), task.Images, wrong);
        using var y = task.Labels(wrongEvery: 1);
        y[1] = (y[1] + task.Classes - 1) % task.Classes;
        using var oneRight = attack.Run(task.Surface, new(norm, 0.5), task.Images, y);

        Assert.True(all.Success.all().ToBoolean());
        Assert.Equal(0, Distance(all, 0));
        Assert.Equal(0, Distance(all, 1));
        Assert.Equal(0, Distance(oneRight, 0));

        // CW starts from the image as tanh maps it, a rounding error away.
        double Distance(AttackResult result, int image) =>
            attack is CarliniWagnerL2 ? Math.Round(result.Linf[image].ToDouble(), 4) : result.Linf[image].ToDouble();
    }

    [Theory, MemberData(nameof(Names))]
    public void Nothing_but_the_result_stays_alive(string name)
    {
        var (attack, norm) = AllAttacks.Of(name);
        using var task = new AttackTask(8);
        using var y = task.Labels(wrongEvery: 3);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        attack.Run(task.Surface, new(norm, 0.2), task.Images, y).Dispose();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory, MemberData(nameof(Monotone))]
    public void A_larger_radius_never_helps_the_defender(string name)
    {
        // On a linear classifier each attack's path is straight, so what a radius breaks a larger one breaks.
        var (attack, norm) = AllAttacks.Of(name);
        using var net = new LinearClassifier([.. Enumerable.Range(0, 16).Select(i => ((i * 7 % 16) - 7.5f) / 8)], 0.3f);
        var surface = new ClassifierSurface(net, "linear");
        using var x = Images(6, 4, 3) * 2 - 1;
        using var y = surface.Decide(x);
        bool[] before = new bool[6];
        foreach (var epsilon in new[] { 0.05, 0.1, 0.3, 1, 3 })
        {
            using var result = attack.Run(surface, new(norm, epsilon, -6, 6), x, y, seed: 2);
            var success = result.Success.data<bool>().ToArray();
            Assert.All(before.Zip(success), pair => Assert.True(!pair.First || pair.Second));
            before = success;
        }
        // Noise may find nothing; JSMA wants the other score to fall, and the linear classifier's cannot.
        if (attack is not (RandomNoise or Jsma))
            Assert.Contains(true, before);
    }

    internal static Tensor Images(int count, int seed) => Images(count, 28, seed);

    private static Tensor Images(int count, int size, int seed)
    {
        using var random = new Generator((ulong)seed, CPU);
        return rand([count, 1, size, size], generator: random);
    }

    private static float[] Values(Tensor x) => x.data<float>().ToArray();
}
