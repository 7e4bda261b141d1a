using Empir.Attacks;
using Empir.Data;
using Empir.Modules;
using Empir.Surfaces;
using Empir.Training;
using Empir.Training.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Training.Recipes;

/// <summary>What the recipes are for: on a problem with one robust pixel and many fragile ones they leave more standing.</summary>
public class RobustnessTests
{
    private const double Epsilon = 0.15;

    private static readonly Lazy<double> Standard = new(() => UnderPgd(new StandardRecipe()));

    public static TheoryData<string> Recipes => ["adversarial", "trades"];

    [Theory, MemberData(nameof(Recipes))]
    public void A_robust_recipe_leaves_more_standing_under_pgd_than_the_standard_one(string which)
    {
        var robust = UnderPgd(which switch
        {
            "adversarial" => new AdversarialRecipe(Epsilon, Steps: 5),
            _ => new TradesRecipe(Epsilon, Steps: 5),
        });

        Assert.True(robust > Standard.Value + 0.3, $"{which} {robust}, standard {Standard.Value}");
    }

    [Fact]
    public void Gradient_regularization_shortens_the_inputs_gradient()
    {
        Assert.True(Length(new GradientRegularizationRecipe(1)) < 0.5 * Length(new StandardRecipe()));

        static double Length(TrainingRecipe recipe)
        {
            using var net = Trained(recipe);
            using var scope = NewDisposeScope();
            var (x, y) = Test();
            x.requires_grad_(true);
            nn.functional.cross_entropy(net.call(x), y, reduction: nn.Reduction.Sum).backward();
            return x.grad!.square().sum().ToDouble();
        }
    }

    private static Classifier Trained(TrainingRecipe recipe)
    {
        var net = new OneHidden(1);
        using var train = Fragile(600, seed: 1);
        var settings = new TrainingSettings("fragile", 8, 50, new AdamSettings(0.01)) { Recipe = recipe };
        new Trainer(new MemberCard("net", 1, net.Card), settings, "spec").Train(net, train);
        return net;
    }

    private static (Tensor Images, Tensor Labels) Test()
    {
        using var test = Fragile(200, seed: 2);
        return test.Range(0, test.Count, CPU);
    }

    private static double UnderPgd(TrainingRecipe recipe)
    {
        using var net = Trained(recipe);
        using var scope = NewDisposeScope();
        var (x, y) = Test();
        var result = new Pgd { Steps = 20, StepSize = 0.02 }.Run(new ClassifierSurface(net, "net"), ThreatModel.Linf(Epsilon), x, y);
        return 1 - result.Success.to(ScalarType.Float32).mean().ToDouble();
    }

    // Pixel 0 tells the class by 0.8 nine times of ten; 63 others always, but by less than an attacker may move them.
    private static ImageDataset Fragile(int count, int seed)
    {
        var random = new Random(seed);
        byte[] labels = [.. Enumerable.Range(0, count).Select(image => (byte)(image % 2))];
        byte[] pixels = [.. labels.SelectMany(label => Enumerable.Range(0, 64).Select(pixel => pixel == 0
            ? (byte)((random.NextDouble() < 0.9 ? label : 1 - label) == 1 ? 230 : 25)
            : (byte)(108 + (label * 40) + random.Next(-8, 9))))];
        return new("fragile", ["a", "b"], (1, 8, 8), pixels, labels);
    }

    private sealed class OneHidden : Classifier
    {
        private readonly Linear hidden, logits;

        public OneHidden(long seed) : base(new("OneHidden", "full", "pytorch", new(1, 8, 8, 0, 1), 2, []))
        {
            hidden = Register("hidden", nn.Linear(64, 16));
            logits = Register("logits", nn.Linear(16, 2));
            Initialize(Initializer.PyTorch, seed);
        }

        public override Tensor forward(Tensor input) =>
            input.flatten(1).Then(hidden.call).Then(Operations.Relu).Then(logits.call);
    }
}
