using Empir.Attacks;
using Empir.Data;
using Empir.Modules;
using Empir.Surfaces;
using Empir.Training;
using Empir.Training.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Training;

/// <summary>A robust recipe's best epoch is the one of whose validation images most stand under attack.</summary>
[Collection(GlobalGenerator.Name)]
public sealed class ValidationTests : IDisposable
{
    private const double Epsilon = 0.3;
    private const int Batch = 20;

    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void The_epoch_that_withstands_most_is_kept_and_not_the_best_on_clean_images()
    {
        const long seed = 1;
        using var images = Synthetic.Images(160, seed: 1);
        using var net = new SmallConvNet(seed);
        var path = folder.File("net.safetensors");
        var settings = new TrainingSettings("synthetic", 8, Batch, new SgdSettings(0.05)) { Validation = 60, Recipe = new AdversarialRecipe(Epsilon, Steps: 3) };
        new Trainer(new MemberCard("net", seed, net.Card), settings, "spec").Train(net, images, path);

        var epochs = EpochMetrics.Read(path);
        double[] clean = [.. epochs.Select(epoch => epoch.ValidationAccuracy!.Value)];
        double[] robust = [.. epochs.Select(epoch => epoch.ValidationAdversarialAccuracy!.Value)];
        var (best, bestClean) = (Array.IndexOf(robust, robust.Max()), Array.IndexOf(clean, clean.Max()));
        var told = $"clean {string.Join(' ', clean)}, robust {string.Join(' ', robust)}";
        Assert.True(clean[best] < clean[bestClean] && robust[bestClean] < robust[best], told);
        Assert.True(best < epochs.Count - 1, told);

        var (right, standing) = (0.0, 0.0);
        foreach (var chunk in ImageSplit.Of(images.Count, settings.Validation).Validation.Chunk(Batch))
        {
            var (x, y) = images.Batch(chunk, CPU);
            var ten = new Pgd { Steps = 10, StepSize = Epsilon / 4, Iterate = Iterate.Last };
            using var result = ten.Run(new ClassifierSurface(net, "net"), ThreatModel.Linf(Epsilon), x, y, seed, chunk);
            var good = Right(x, y);
            right += good.sum().ToInt64();
            standing += good.logical_and(Right(result.Adversarial, y)).sum().ToInt64();
        }
        Assert.Equal(robust.Max(), standing / settings.Validation, 0.5e-5);
        Assert.Equal(clean[best], right / settings.Validation, 0.5e-5);

        Tensor Right(Tensor x, Tensor y)
        {
            using var _ = no_grad();
            return net.call(x).argmax(-1).eq(y);
        }
    }

    [Fact]
    public void An_image_that_is_wrong_as_it_is_does_not_stand_wherever_the_attack_leads_it()
    {
        using var net = new Cliff();
        using var images = new ImageDataset("cliff", ["low", "high"], (1, 1, 1), [102, 255], [0, 0]);
        var validation = new Validation([new(new MemberCard("net", 1, net.Card), net)], new AdversarialRecipe(0.2), images, [0, 1], 2);

        var (x, y) = images.Batch([0, 1], CPU);
        var attacked = new Pgd { Steps = 10, StepSize = 0.05, Iterate = Iterate.Last }
            .Run(new ClassifierSurface(net, "net"), ThreatModel.Linf(0.2), x, y, seed: 1);

        // The attack undoes the mistake.
        Assert.Equal([1L, 0], net.call(x).argmax(-1).data<long>().ToArray());
        Assert.Equal([0L, 0], net.call(attacked.Adversarial).argmax(-1).data<long>().ToArray());
        Assert.Equal(new(0.5, 0.5), validation.Measure(CancellationToken.None));
    }

    [Fact]
    public void Of_epochs_that_withstand_alike_the_first_best_on_clean_images_is_kept()
    {
        using var net = new TwoByTwo();
        using var best = new BestEpoch([new(new MemberCard("net", 1, net.Card), net)]);
        ValidationResult[] epochs = [new(0.5, 0), new(0.7, 0), new(0.7, 0), new(0.6, 0)];
        for (var epoch = 0; epoch < epochs.Length; epoch++)
        {
            Fill(epoch);
            best.Offer(epochs[epoch].Rank);
        }
        best.Restore();

        Assert.All(net.Values(), value => Assert.Equal(1, value));

        void Fill(double value)
        {
            using var _ = no_grad();
            net.parameters().First().fill_(value);
        }
    }

    [Fact]
    public void The_best_epochs_rank_is_in_an_interrupted_runs_file()
    {
        using var net = new TwoByTwo();
        var path = folder.File("net.unfinished.safetensors");
        Use((state, best) =>
        {
            best.Offer((0.25, 0.7));
            state.Write(path, 1, begun: null, "recipe", "spec");
        });

        Use((state, best) =>
        {
            Assert.Equal((1, null), state.Read(path, "recipe", 1));
            Assert.Equal((0.25, 0.7), best.Rank);
        });

        void Use(Action<TrainingState, BestEpoch> action)
        {
            Learner[] learners = [new(new MemberCard("net", 1, net.Card), net)];
            using var optimization = new Optimization(new("two", 2, 2, new SgdSettings(0.1)), learners);
            using var best = new BestEpoch(learners);
            action(new(learners, optimization, best), best);
        }
    }

    // What rises with the pixel falls off a cliff at 0.5: who climbs it comes down behind.
    private sealed class Cliff : Classifier
    {
        private readonly Linear logits;

        public Cliff() : base(new("Cliff", "full", "pytorch", new(1, 1, 1, 0, 1), 2, []))
        {
            logits = Register("logits", nn.Linear(1, 2, hasBias: false));
            using var _ = no_grad();
            logits.weight!.copy_(tensor(new float[,] { { 0 }, { 1 } }));
        }

        public override Tensor forward(Tensor input)
        {
            var pixel = input.flatten(1);
            return logits.call(where(pixel < 0.5, pixel, full_like(pixel, -1)));
        }
    }
}
