using System.Text.Json.Nodes;
using Empir.Formats;
using Empir.Modules;
using Empir.Quantization;
using Empir.Tests.Quantization;
using Empir.Training;
using Empir.Training.Recipes;

namespace Empir.Tests.Training;

/// <summary>Whatever the settings, a training killed at a random moment ends with the same bits, and leaves no tensor behind.</summary>
[Collection(GlobalGenerator.Name)]
public sealed class RecipeRunTests : IDisposable
{
    private const int Epochs = 3, Kills = 4;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, int> Settings => new()
    {
        { "sgd", 1 }, { "adamw", 2 }, { "validation", 3 }, { "ruin", 4 }, { "adversarial", 5 }, { "trades", 6 },
        { "distillation", 7 }, { "regularization", 8 }, { "everything", 9 },
    };

    public static TheoryData<string> Activations => [.. Quantizers.Activations.Keys];

    public static TheoryData<string> Weights => [.. Quantizers.Weights.Keys];

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Settings))]
    public void A_run_killed_at_random_points_ends_with_the_same_bytes(string which, int seed)
    {
        using var images = Synthetic.Images(60, seed: 1);
        using var teacher = new SmallConvNet(7);
        var settings = Of(which, new("teacher", 7, teacher.Card));

        AssertSameBytesAfterKills(["net"], seed, (paths, progress, cancellation) =>
        {
            using var net = Net(which);
            new Trainer(new MemberCard("net", 1, net.Card), settings, "spec")
                .Train(net, images, paths[0], progress, teacher: teacher, cancellation: cancellation);
        });
    }

    [Fact]
    public void A_run_that_dies_goes_on_after_the_last_step_that_was_kept()
    {
        using var images = Synthetic.Images(60, seed: 1);
        string whole = folder.File("whole.safetensors"), died = folder.File("died.safetensors");
        Train(whole, null);
        var seen = new List<TrainingProgress>();
        // Kept after every step, and dead before the one it dies in is.
        Assert.Throws<InvalidOperationException>(() => Train(died, new Immediate<TrainingProgress>(now =>
        {
            seen.Add(now);
            if (seen.Count == 5)
                throw new InvalidOperationException("dead");
        })));
        var rest = new List<TrainingProgress>();
        Train(died, new Immediate<TrainingProgress>(rest.Add));

        Assert.Equal((seen[4].Epoch, seen[4].Images), (rest[0].Epoch, rest[0].Images));
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(died));

        void Train(string path, IProgress<TrainingProgress>? progress)
        {
            using var net = new SmallConvNet(1);
            new Trainer(new MemberCard("net", 1, net.Card), Plain, "spec") { KeepEvery = TimeSpan.Zero }.Train(net, images, path, progress);
        }
    }

    [Theory, InlineData("nonsense"), InlineData("{}"), InlineData("{\"batches\": 99, \"clean_right\": [0], \"attacked_right\": [0]}")]
    public void A_state_that_does_not_say_how_far_its_epoch_is_is_refused(string begun)
    {
        using var images = Synthetic.Images(60, seed: 1);
        using var net = new SmallConvNet(1);
        var path = folder.File("net.safetensors");
        var trainer = new Trainer(new MemberCard("net", 1, net.Card), Plain, "spec");
        using var source = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => trainer.Train(
            net, images, path, new Immediate<TrainingProgress>(_ => { if (++steps == 5) source.Cancel(); }), cancellation: source.Token));
        using (var file = SafeTensors.Read(Trainer.UnfinishedPath(path)))
            SafeTensors.Write(Trainer.UnfinishedPath(path), file.Tensors.ToDictionary(), file.Metadata.ToDictionary(entry => entry.Key, entry => entry.Key == "begun" ? begun : entry.Value));

        Assert.Contains("says nothing of how far it is", Assert.Throws<UserErrorException>(() => trainer.Train(net, images, path)).Message, StringComparison.Ordinal);
    }

    // So that a run that goes on has weights to bring back which no later epoch replaces.
    [Fact]
    public void The_ruined_runs_best_epoch_is_its_first()
    {
        using var images = Synthetic.Images(60, seed: 1);
        using var net = Net("ruin");
        var path = folder.File("net.safetensors");
        new Trainer(new MemberCard("net", 1, net.Card), Of("ruin", new("teacher", 7, net.Card)), "spec").Train(net, images, path);

        var accuracies = EpochMetrics.Read(path).Select(epoch => epoch.ValidationAccuracy!.Value).ToArray();
        Assert.True(accuracies[0] > accuracies[1..].Max(), string.Join(' ', accuracies));
    }

    public static TheoryData<string, int> Joint => new() { { "ensemble_adversarial", 1 }, { "diversity", 2 } };

    [Theory, MemberData(nameof(Joint))]
    public void Members_trained_together_end_with_the_same_bytes_after_kills(string which, int seed)
    {
        using var images = Synthetic.Images(60, seed: 1);
        TrainingRecipe recipe = which == "diversity" ? new DiversityRecipe() : new EnsembleAdversarialRecipe(0.1, Steps: 2);

        AssertSameBytesAfterKills(["a", "b"], seed, (paths, progress, cancellation) =>
        {
            using SmallConvNet a = new(1, 2, 4), b = new(2);
            MemberCard[] cards = [new("a", 1, a.Card), new("b", 2, b.Card)];
            new Trainer(cards, Plain with { Recipe = recipe, Validation = 10 }, "spec")
                .TrainTogether([a, b], images, paths, progress, cancellation: cancellation);
        });
    }

    // Double backward runs through every straight-through gradient; a quantiser that broke it would throw or give no number.
    [Theory, MemberData(nameof(Weights))]
    public void Gradient_regularization_differentiates_through_quantised_weights(string weights) =>
        AssertPenaltyCounts(() => new Nested(1, Quantizers.Weights[weights], new DoReFaActivations(4)));

    [Theory, MemberData(nameof(Activations))]
    public void Gradient_regularization_differentiates_through_quantised_activations(string activations) =>
        AssertPenaltyCounts(() => new Nested(1, new DoReFaWeights(2), Quantizers.Activations[activations]));

    [Fact]
    public void The_best_epoch_on_the_images_set_aside_is_kept()
    {
        using var images = Synthetic.Images(120, seed: 1);
        using var net = new SmallConvNet(1);
        var path = folder.File("net.safetensors");
        // A learning rate that ruins the network in its last epochs.
        var settings = new TrainingSettings("synthetic", 6, 20, new SgdSettings(0.05)) { Validation = 40, Schedule = new Ruin() };
        new Trainer(new MemberCard("net", 1, net.Card), settings, "spec").Train(net, images, path);

        var accuracies = Metrics(path).Select(line => (double)JsonNode.Parse(line)!["validation_accuracy"]!).ToArray();
        var split = ImageSplit.Of(images.Count, 40);
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var (x, y) = images.Batch(split.Validation, torch.CPU);
        var kept = net.call(x).argmax(-1).eq(y).to(torch.ScalarType.Float32).mean().ToDouble();
        Assert.True(accuracies.Max() > accuracies[^1], string.Join(' ', accuracies));
        Assert.Equal(accuracies.Max(), kept, 0.5e-5);
        Assert.Empty(split.Training.Intersect(split.Validation));
        Assert.Equal(120, split.Training.Union(split.Validation).Count());
    }

    [Fact]
    public void Too_few_images_to_set_aside_are_refused()
    {
        using var images = Synthetic.Images(20, seed: 1);
        using var net = new SmallConvNet(1);
        var trainer = new Trainer(new MemberCard("net", 1, net.Card), Plain with { Validation = 20 }, "spec");

        Assert.Equal(
            "validation 20: there are only 20 training images to set them aside from. Lower it, or train on more.",
            Assert.Throws<UserErrorException>(() => trainer.Train(net, images)).Message);
    }

    [Fact]
    public void A_low_precision_member_starts_from_full_precision_weights_and_its_own_ranges()
    {
        using Nested full = new(3), low = new(1, new LsqWeights(4), new LsqActivations(4)), lower = new(2, new LsqWeights(2), new LsqActivations(2));
        using var images = Synthetic.Images(20, seed: 1);
        InitialWeights.Copy(full, low);
        var (source, target) = (full.state_dict(), low.state_dict());
        foreach (var (name, value) in source)
            Assert.True(value.eq(target[name]).all().ToBoolean(), name);

        new Trainer(new MemberCard("low", 1, low.Card), Plain with { Epochs = 1 }, "spec").Train(low, images);
        InitialWeights.Copy(low, lower);
        foreach (var (name, value) in lower.state_dict())
            if (source.ContainsKey(name))
                Assert.True(value.eq(low.state_dict()[name]).all().ToBoolean(), name);
            else
                Assert.Equal(0, value.ToDouble());
        using var other = new SmallConvNet(1);
        Assert.Throws<ArgumentException>(() => InitialWeights.Copy(full, other));
    }

    private void AssertSameBytesAfterKills(
        string[] members, int seed, Action<string[], IProgress<TrainingProgress>?, CancellationToken> train)
    {
        string[] whole = Paths("whole"), killed = Paths("killed");
        var unfinished = Trainer.UnfinishedPath(killed);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var told = new List<TrainingProgress>();
        train(whole, new Immediate<TrainingProgress>(told.Add), default);
        // A module is more than its tensors: what is left after it is gone counts.
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(members, told.Select(now => now.Member).Distinct());

        var random = new Random(seed);
        var (steps, done) = (told.Count / members.Length, 0);
        for (var kill = 0; kill < Kills && steps - done > 1; kill++)
        {
            using var source = new CancellationTokenSource();
            var last = random.Next(1, (steps - done - 1) * members.Length + 1);
            var seen = new List<TrainingProgress>();
            Assert.Throws<OperationCanceledException>(() => train(killed, new Immediate<TrainingProgress>(now =>
            {
                seen.Add(now);
                if (seen.Count == last)
                    source.Cancel();
            }), source.Token));
            AssertGoesOn(seen);
            // A step is done when the first member is told of.
            done += (seen.Count + members.Length - 1) / members.Length;
            Assert.True(File.Exists(unfinished));
            Assert.DoesNotContain(killed, File.Exists);
        }
        var rest = new List<TrainingProgress>();
        train(killed, new Immediate<TrainingProgress>(rest.Add), default);
        AssertGoesOn(rest);

        Assert.Equal(whole.Select(File.ReadAllBytes), killed.Select(File.ReadAllBytes));
        Assert.Equal(whole.Select(Metrics), killed.Select(Metrics));
        Assert.False(File.Exists(unfinished));

        // Nothing is done again.
        void AssertGoesOn(List<TrainingProgress> seen)
        {
            var next = told[done * members.Length];
            Assert.Equal((next.Epoch, next.Images), (seen[0].Epoch, seen[0].Images));
        }

        string[] Paths(string which) =>
            [.. members.Select(member => Path.Combine(Directory.CreateDirectory(folder.File(which)).FullName, $"{member}.safetensors"))];
    }

    [Fact]
    public void A_resized_crop_changes_what_is_learned()
    {
        using var images = Synthetic.Images(40, seed: 1);
        var hashes = new AugmentationSettings?[] { null, new(ResizedCrop: 0.5), new(ResizedCrop: 0.5) }.Select(augmentation =>
        {
            using var net = new SmallConvNet(1);
            new Trainer(new MemberCard("net", 1, net.Card), Plain with { Epochs = 1, Augmentation = augmentation }, "spec").Train(net, images);
            return Checkpoint.WeightsHash(net);
        }).ToArray();

        Assert.NotEqual(hashes[0], hashes[1]);
        Assert.Equal(hashes[1], hashes[2]);
    }

    private static void AssertPenaltyCounts(Func<Classifier> create)
    {
        using var images = Synthetic.Images(40, seed: 1);
        using Classifier plain = create(), penalized = create();
        Run(plain, new StandardRecipe());
        Run(penalized, new GradientRegularizationRecipe(10));

        Assert.NotEqual(Checkpoint.WeightsHash(plain), Checkpoint.WeightsHash(penalized));
        Assert.All(penalized.parameters(), parameter => Assert.True(parameter.isfinite().all().ToBoolean()));

        void Run(Classifier net, TrainingRecipe recipe) =>
            new Trainer(new MemberCard("net", 1, net.Card), Plain with { Epochs = 1, Recipe = recipe }, "spec").Train(net, images);
    }

    private static TrainingSettings Plain => new("synthetic", Epochs, 20, new AdamSettings());

    // Few bits learn nothing in the one epoch before the ruin.
    private static SmallConvNet Net(string which) => which == "ruin" ? new(1) : new(1, 2, 4);

    private static TrainingSettings Of(string which, MemberCard teacher) => which switch
    {
        "sgd" => Plain with { Optimizer = new SgdSettings(0.05, 0.9, true, 1e-3), Schedule = new OneCycleRate() },
        "adamw" => Plain with { Optimizer = new AdamWSettings(), Schedule = new StepRate([1, 2]), GradientClip = 0.1 },
        "validation" => Plain with { Validation = 7, Augmentation = new(2, true, 4, ResizedCrop: 0.5) },
        "ruin" => Plain with { BatchSize = 5, Optimizer = new SgdSettings(0.05), Validation = 20, Schedule = new Ruin() },
        "adversarial" => Plain with { Recipe = new AdversarialRecipe(0.1, Steps: 2, CleanWeight: 0.5, Delay: 1) },
        "trades" => Plain with { Recipe = new TradesRecipe(0.1, Steps: 2), Validation = 20 },
        "distillation" => Plain with { Recipe = new DistillationRecipe(teacher) },
        "regularization" => Plain with { Recipe = new GradientRegularizationRecipe(1) },
        _ => Plain with
        {
            Optimizer = new SgdSettings(0.05, 0.9),
            Schedule = new CosineRate(),
            GradientClip = 1,
            Augmentation = new(1, false, 2),
            Validation = 10,
            LabelSmoothing = 0.1,
            Recipe = new AdversarialRecipe(0.1, InnerAttack.RandomStartFgsm),
        },
    };

    // Without the seconds, which are the machine's.
    private static string[] Metrics(string checkpoint) =>
    [
        .. File.ReadAllLines(Path.ChangeExtension(checkpoint, ".metrics.jsonl")).Select(line =>
        {
            var facts = JsonNode.Parse(line)!.AsObject();
            Assert.True(facts.Remove("seconds"));
            return facts.ToJsonString();
        }),
    ];

    private sealed record Ruin : LearningRateSchedule
    {
        internal override FormattableString? Line => null;

        public override double Rate(double learningRate, long stepNumber, long stepsPerEpoch, int epochs) =>
            stepNumber / stepsPerEpoch < epochs - 2 ? learningRate : 100;
    }
}
