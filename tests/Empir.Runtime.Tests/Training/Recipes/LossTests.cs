using Empir.Attacks;
using Empir.Modules;
using Empir.Training.Recipes;
using static TorchSharp.torch;

namespace Empir.Tests.Training.Recipes;

/// <summary>Every recipe's loss against the formula in its page, computed in double precision from a small net's logits.</summary>
public sealed class LossTests : IDisposable
{
    private const double Epsilon = 0.2;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TinyNet net = new(1, 1, 3, 3, 4), other = new(2, 1, 3, 3, 4);
    private readonly Tensor images;
    private readonly Tensor labels = tensor(new long[] { 0, 3, 1 });

    public LossTests()
    {
        using var random = new Generator(7, CPU);
        images = rand(3, 1, 3, 3, generator: random);
    }

    public void Dispose()
    {
        net.Dispose();
        other.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void Standard() => Assert.Equal(CrossEntropy(Probabilities(net, images)), Loss(new StandardRecipe()), 0.5e-5);

    [Theory, InlineData(InnerAttack.Fgsm, 0.5), InlineData(InnerAttack.Fgsm, 0.0)]
    public void Adversarial_mixes_clean_and_attacked(InnerAttack attack, double clean)
    {
        var attacked = (images + (Epsilon * Gradient(net).sign())).clamp(0, 1);
        var wanted = (clean * CrossEntropy(Probabilities(net, images))) + ((1 - clean) * CrossEntropy(Probabilities(net, attacked)));

        Assert.Equal(wanted, Loss(new AdversarialRecipe(Epsilon, attack, CleanWeight: clean)), 0.5e-4);
    }

    [Fact]
    public void A_delay_leaves_the_first_epochs_clean()
    {
        var recipe = new AdversarialRecipe(Epsilon, Delay: 2);

        Assert.Equal(CrossEntropy(Probabilities(net, images)), Loss(recipe, epoch: 1), 0.5e-5);
        Assert.Equal(Loss(new AdversarialRecipe(Epsilon), epoch: 2), Loss(recipe, epoch: 2));
        Assert.True(Loss(recipe, epoch: 2) > Loss(recipe, epoch: 1) + 0.01);
    }

    [Theory, InlineData(InnerAttack.Pgd), InlineData(InnerAttack.RandomStartFgsm)]
    public void Attacked_images_stay_in_ball_and_box_and_hurt(InnerAttack attack)
    {
        var attacked = Batch().Attacked(InnerAttacks.Of(attack, 10, 0.05), Epsilon);

        Assert.True((attacked - images).abs().max().ToDouble() <= Epsilon + 1e-6);
        Assert.True(attacked.min().ToDouble() >= 0 && attacked.max().ToDouble() <= 1);
        Assert.True(CrossEntropy(Probabilities(net, attacked)) > CrossEntropy(Probabilities(net, images)));
        Assert.True(net.parameters().All(parameter => parameter.requires_grad));
        Assert.True(net.training);
    }

    // Steps long enough to meet the ball and the box.
    [Theory, InlineData(InnerAttack.Pgd, 1), InlineData(InnerAttack.Pgd, 2), InlineData(InnerAttack.RandomStartFgsm, 1)]
    public void Attacked_images_are_the_last_iterate_from_a_uniform_start(InnerAttack attack, int steps)
    {
        const double length = 0.15;
        var start = (images + Noise((noise, random) => noise.uniform_(-Epsilon, Epsilon, random))).clamp(0, 1);

        var attacked = Batch().Attacked(InnerAttacks.Of(attack, steps, length), Epsilon);

        AssertIterate(attacked, start, steps, attack == InnerAttack.Pgd ? length : 1.25 * Epsilon, x =>
            nn.functional.cross_entropy(net.call(x), labels, reduction: nn.Reduction.Sum));
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Trades_climbs_the_divergence_from_beside_the_image(int steps)
    {
        var start = (images + Noise((noise, random) => noise.normal_(0, 0.001, random))).clamp(0, 1);

        var attacked = Batch().Attacked(new TradesRecipe(Epsilon, Steps: steps, StepSize: 0.15).Ascent, Epsilon);

        AssertIterate(attacked, start, steps, 0.15, x =>
        {
            var (p, q) = (net.call(images.to(ScalarType.Float64)).softmax(-1).detach(), net.call(x).softmax(-1));
            return (p * (p.log() - q.log())).sum();
        });
    }

    [Theory, InlineData(0), InlineData(3)]
    public void Trades_adds_the_divergence_of_the_worst_neighbour(double beta)
    {
        var recipe = new TradesRecipe(Epsilon, beta);
        var (p, q) = (Probabilities(net, images), Probabilities(net, Batch().Attacked(recipe.Ascent, Epsilon)));
        var divergence = p.Zip(q, (one, two) => one.Zip(two, (a, b) => a * Math.Log(a / b)).Sum()).Average();

        Assert.True(divergence > 0.01, $"{divergence}");
        Assert.Equal(CrossEntropy(p) + (beta * divergence), Loss(recipe), 0.5e-4);
    }

    [Fact]
    public void Trades_divergence_is_kullback_and_leiblers()
    {
        var p = Probabilities(net, images);
        var q = Probabilities(net, images * 0.5);
        var wanted = p.Zip(q, (one, two) => one.Zip(two, (a, b) => a * Math.Log(a / b)).Sum()).Sum();

        using var _ = no_grad();
        Assert.Equal(wanted, Divergence.Sum(net.call(images).log_softmax(-1), net.call(images * 0.5).log_softmax(-1)).ToDouble(), 0.5e-5);
    }

    [Fact]
    public void Distillation_mixes_labels_and_the_teachers_own_view_of_the_same_images()
    {
        const double t = 3, alpha = 0.6;
        var (teacher, student) = (Probabilities(other, images, t), Probabilities(net, images, t));
        var divergence = teacher.Zip(student, (one, two) => one.Zip(two, (a, b) => a * Math.Log(a / b)).Sum()).Average();
        var wanted = ((1 - alpha) * CrossEntropy(Probabilities(net, images))) + (alpha * t * t * divergence);

        var recipe = new DistillationRecipe(new("other", 2, other.Card), t, alpha);
        Assert.Equal(wanted, Loss(recipe), 0.5e-4);
    }

    [Fact]
    public void Gradient_regularization_adds_each_images_own_squared_gradient()
    {
        var gradient = Gradient(net);
        var wanted = CrossEntropy(Probabilities(net, images)) + (5 * gradient.square().sum().ToDouble() / 3);

        Assert.Equal(wanted, Loss(new GradientRegularizationRecipe(5)), 0.5e-4);
    }

    // The penalty's own gradient, against central differences of the loss.
    [Theory, InlineData("standard"), InlineData("regularization"), InlineData("distillation"), InlineData("diversity")]
    public void Gradients_are_the_slopes_of_the_loss(string which)
    {
        TrainingRecipe recipe = which switch
        {
            "regularization" => new GradientRegularizationRecipe(2),
            "distillation" => new DistillationRecipe(new("other", 2, other.Card)),
            "diversity" => new DiversityRecipe(0.7, 0.3),
            _ => new StandardRecipe(),
        };
        net.to(ScalarType.Float64);
        other.to(ScalarType.Float64);
        var batch = Batch(recipe.IsJoint) with { Images = images.to(ScalarType.Float64) };
        var weight = net.named_parameters().First(one => one.name == "hidden.weight").parameter;
        recipe.Loss(batch).Loss.backward();
        var gradient = weight.grad!.flatten().data<double>().ToArray();
        for (var index = 0; index < 5; index++)
        {
            var slope = (At(index, 1e-4) - At(index, -1e-4)) / 2e-4;
            Assert.Equal(slope, gradient[index], 0.5e-5);
        }

        double At(int index, double change)
        {
            using (no_grad())
                weight.flatten()[index].add_(change);
            var value = recipe.Loss(batch).Loss.ToDouble();
            using (no_grad())
                weight.flatten()[index].sub_(change);
            return value;
        }
    }

    [Fact]
    public void Ensemble_adversarial_attacks_the_mean_and_teaches_everyone()
    {
        var mean = images.detach().requires_grad_(true);
        var probabilities = (net.call(mean).softmax(-1) + other.call(mean).softmax(-1)) / 2;
        nn.functional.nll_loss(probabilities.log(), labels, reduction: nn.Reduction.Sum).backward();
        var attacked = (images + (Epsilon * mean.grad!.sign())).clamp(0, 1);
        var wanted = CrossEntropy(Probabilities(net, attacked)) + CrossEntropy(Probabilities(other, attacked));

        Assert.Equal(wanted, Loss(new EnsembleAdversarialRecipe(Epsilon, InnerAttack.Fgsm)), 0.5e-4);
    }

    [Fact]
    public void Diversity_rewards_entropy_and_the_volume_of_the_wrong_answers()
    {
        const double alpha = 0.7, beta = 0.3;
        var (one, two) = (Probabilities(net, images), Probabilities(other, images));
        var (entropy, volume) = (0.0, 0.0);
        var truth = labels.data<long>().ToArray();
        for (var image = 0; image < 3; image++)
        {
            entropy -= one[image].Zip(two[image], (a, b) => (a + b) / 2).Sum(p => p * Math.Log(p)) / 3;
            var (a, b) = (Wrong(one[image], truth[image]), Wrong(two[image], truth[image]));
            var cosine = a.Zip(b, (x, y) => x * y).Sum();
            volume += Math.Log(((1 + 1e-6) * (1 + 1e-6)) - (cosine * cosine)) / 3;
        }
        var wanted = CrossEntropy(one) + CrossEntropy(two) - (alpha * entropy) - (beta * volume);

        Assert.Equal(wanted, Loss(new DiversityRecipe(alpha, beta)), 0.5e-3);

        static double[] Wrong(double[] probabilities, long truth)
        {
            double[] others = [.. probabilities.Where((_, c) => c != truth)];
            var length = Math.Sqrt(others.Sum(p => p * p));
            return [.. others.Select(p => p / length)];
        }
    }

    // Sure of the right class, members still disagree about the wrong ones, whose probabilities are as good as zero.
    [Theory, InlineData(1f), InlineData(60f), InlineData(300f)]
    public void The_volume_of_the_wrong_answers_does_not_fade_however_sure_members_are(float certainty)
    {
        using Constant one = new(certainty, 1, 0), two = new(certainty, 0, 1);
        var batch = Batch(true) with { Members = [one, two], Labels = tensor(new long[] { 0, 0, 0 }) };
        var volume = new DiversityRecipe(0, 0).Loss(batch).Loss - new DiversityRecipe(0, 1).Loss(batch).Loss;
        volume.backward();

        var cosine = 2 * Math.E / ((Math.E * Math.E) + 1);
        Assert.Equal(Math.Log(((1 + 1e-6) * (1 + 1e-6)) - (cosine * cosine)), volume.ToDouble(), 1e-5);
        var gradient = one.parameters().Single().grad!.data<float>().ToArray();
        Assert.Equal(0, gradient[0], 1e-5);
        Assert.True(gradient[1] > 0.1, $"{gradient[1]}");
    }

    private TrainingBatch Batch(bool together = false) =>
        new(together ? [net, other] : [net], images, labels, [0, 1, 2], 0, Seed: 3, Teacher: other);

    private double Loss(TrainingRecipe recipe, int epoch = 0) => recipe.Loss(Batch(recipe.IsJoint) with { Epoch = epoch }).Loss.ToDouble();

    // Every image's noise is its own: of the batch's seed and the image's index.
    private static Tensor Noise(Action<Tensor, Generator> fill) => cat([.. Enumerable.Range(0, 3).Select(image =>
    {
        using var random = new Generator((ulong)ImageRandom.Mix(3, image), CPU);
        var noise = zeros(1, 1, 3, 3);
        fill(noise, random);
        return noise;
    })]);

    // Projected sign steps, in double precision.
    private void AssertIterate(Tensor attacked, Tensor start, int steps, double length, Func<Tensor, Tensor> loss)
    {
        net.to(ScalarType.Float64);
        var (center, x) = (images.to(ScalarType.Float64), start.to(ScalarType.Float64));
        for (var step = 0; step < steps; step++)
        {
            var leaf = x.detach().requires_grad_(true);
            loss(leaf).backward();
            x = minimum(maximum(x + (length * leaf.grad!.sign()), center - Epsilon), center + Epsilon).clamp(0, 1);
        }
        Assert.Equal(0, (attacked - x).abs().max().ToDouble(), 1e-6);
    }

    // The gradient of each image's own cross-entropy.
    private Tensor Gradient(Classifier of)
    {
        var leaf = images.detach().requires_grad_(true);
        nn.functional.cross_entropy(of.call(leaf), labels, reduction: nn.Reduction.Sum).backward();
        return leaf.grad!;
    }

    private static double[][] Probabilities(Classifier of, Tensor images, double temperature = 1)
    {
        using var _ = no_grad();
        var logits = of.call(images);
        return [.. Enumerable.Range(0, (int)images.shape[0]).Select(image =>
        {
            double[] scores = [.. logits[image].data<float>().Select(score => Math.Exp(score / temperature))];
            return scores.Select(score => score / scores.Sum()).ToArray();
        })];
    }

    private double CrossEntropy(double[][] probabilities) =>
        -labels.data<long>().Select((label, image) => Math.Log(probabilities[image][label])).Average();

    /// <summary>Logits whatever the image.</summary>
    private sealed class Constant : Classifier
    {
        public Constant(params float[] logits) : base(new("Constant", "full", "pytorch", new(1, 3, 3, 0, 1), logits.Length, [])) =>
            register_parameter("logits", new TorchSharp.Modules.Parameter(tensor(logits)));

        public override Tensor forward(Tensor input) => get_parameter("logits")!.expand(input.shape[0], -1);
    }
}
