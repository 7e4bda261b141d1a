using Empir.Attacks;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

/// <summary>Strength against the exact answer: on a linear classifier the nearest broken image is a projection.</summary>
public class AnalyticTests
{
    private static readonly float[] Weight = [.. Enumerable.Range(0, 16).Select(i => ((i * 7 % 16) - 7.5f) / 8)];
    private const float Bias = 0.3f;

    // Given a radius, for attacks whose steps do not follow it.
    private static readonly Dictionary<string, Func<double, Attack>> Budget = new()
    {
        ["fgsm"] = _ => new Fgsm(),
        ["fgsm from a random start"] = _ => new Fgsm { RandomStart = true, StepFactor = 20 },
        ["bim"] = epsilon => new Bim { Steps = 20, StepSize = epsilon / 10 },
        ["mi-fgsm"] = _ => new MiFgsm(),
        ["pgd"] = epsilon => new Pgd { Steps = 20, StepSize = epsilon / 5 },
        ["pgd of the margin"] = epsilon => new Pgd { Steps = 20, StepSize = epsilon / 5, Loss = Loss.Margin },
        ["apgd-ce"] = _ => new Apgd { Steps = 20 },
        ["apgd-dlr"] = _ => new Apgd { Steps = 20, Loss = Loss.Dlr },
        ["apgd-t"] = _ => new Apgd { Steps = 20, Loss = Loss.Dlr, TargetClasses = 9 },
        ["autoattack"] = _ => new AutoAttack { Attacks = [.. AutoAttack.Standard.Select(attack => attack is Square square ? square with { Queries = 100 } : attack)] },
        ["square"] = _ => new Square { Queries = 300 },
        ["corner search"] = _ => new CornerSearch(),
    };

    private static readonly Dictionary<string, Attack> Nearest = new()
    {
        ["deepfool"] = new DeepFool(),
        ["fab"] = new Fab { Steps = 20 },
        ["fab-t"] = new Fab { Steps = 20, TargetClasses = 9 },
        ["fab with restarts"] = new Fab { Steps = 20, Restarts = 2 },
        ["hopskipjump"] = new HopSkipJump { Steps = 20 },
        ["cw"] = new CarliniWagnerL2 { Steps = 200, SearchSteps = 9, InitialConstant = 0.1 },
    };

    // Square's pyramids of at least 3 pixels do not come that near to a direction of 16 in L2.
    public static TheoryData<string, Norm> BudgetAttacks => Cases(Budget.Keys, (name, norm) => (name != "square" && Budget[name](1).Supports(norm)) || norm == Norm.Linf);

    public static TheoryData<string, Norm> NearestAttacks => Cases(Nearest.Keys, (name, norm) => Nearest[name].Supports(norm));

    [Theory, MemberData(nameof(BudgetAttacks))]
    public void A_bounded_attack_succeeds_just_beyond_the_smallest_radius_and_never_below(string name, Norm norm)
    {
        using var net = new LinearClassifier(Weight, Bias);
        var surface = new ClassifierSurface(net, "linear");
        using var x = Inputs();
        using var y = surface.Decide(x);
        for (var i = 0; i < x.shape[0]; i++)
        {
            using var image = x.narrow(0, i, 1);
            using var label = y.narrow(0, i, 1);
            var smallest = Margin(image) / Length(norm);
            Assert.True(Broken(smallest * 1.05), $"image {i} survives 1.05 times its radius {smallest}");
            Assert.False(Broken(smallest * 0.95), $"image {i} breaks below its radius {smallest}");

            bool Broken(double epsilon)
            {
                using var result = Budget[name](epsilon).Run(surface, Threat(norm, epsilon), image, label);
                return result.Success.item<bool>();
            }
        }
    }

    [Theory, MemberData(nameof(NearestAttacks))]
    public void A_nearest_attack_comes_within_a_quarter_of_the_smallest_distance(string name, Norm norm)
    {
        using var net = new LinearClassifier(Weight, Bias);
        var surface = new ClassifierSurface(net, "linear");
        using var x = Inputs();
        using var y = surface.Decide(x);
        using var result = Nearest[name].Run(surface, Threat(norm, double.PositiveInfinity), x, y);

        Assert.True(result.Success.all().ToBoolean());
        for (var i = 0; i < x.shape[0]; i++)
        {
            var smallest = Margin(x.narrow(0, i, 1)) / Length(norm);
            Assert.InRange((norm == Norm.L2 ? result.L2 : result.Linf)[i].ToDouble(), smallest * 0.999, smallest * 1.25);
        }
    }

    [Theory]
    [InlineData(Norm.Linf)]
    [InlineData(Norm.L2)]
    public void HopSkipJump_comes_as_near_when_it_is_told_the_class(Norm norm)
    {
        using var net = new LinearClassifier(Weight, Bias);
        var surface = new ClassifierSurface(net, "linear");
        using var x = Inputs();
        using var y = surface.Decide(x);
        using var targets = 1 - y;
        using var result = new HopSkipJump { Steps = 20 }.Run(surface, Threat(norm, double.PositiveInfinity), x, y, targets: targets);
        using var none = new HopSkipJump { Steps = 20 }.Run(surface, Threat(norm, double.PositiveInfinity), x, y, targets: targets + 1);

        Assert.True(result.Success.all().ToBoolean());
        for (var i = 0; i < x.shape[0]; i++)
            Assert.InRange((norm == Norm.L2 ? result.L2 : result.Linf)[i].ToDouble(), 0, 1.25 * Margin(x.narrow(0, i, 1)) / Length(norm));
        // Its own class is reached without a step; a third does not exist, and the image stays.
        Assert.Equal(targets.eq(0).data<bool>().ToArray(), none.Success.data<bool>().ToArray());
        Assert.Equal(0, none.L2.max().ToDouble());
    }

    [Fact]
    public void The_best_iterate_of_an_image_that_never_breaks_has_the_highest_loss()
    {
        // Steps far longer than the ball bounce from side to side; the last iterate may be any of them.
        using var net = new LinearClassifier(Weight, Bias);
        var surface = new ClassifierSurface(net, "linear");
        using var x = Inputs();
        using var y = surface.Decide(x);
        using var result = new Bim { Steps = 3, StepSize = 1 }.Run(surface, Threat(Norm.Linf, 1e-3), x, y);

        Assert.False(result.Success.any().ToBoolean());
        var gain = 1e-3 * Weight.Sum(w => Math.Abs(w));
        for (var i = 0; i < x.shape[0]; i++)
            Assert.Equal(Margin(x.narrow(0, i, 1)) - gain, Margin(result.Adversarial.narrow(0, i, 1)), 0.5e-4);
    }

    // A score w·x changes by at most this much per unit of distance: the length of w in the dual norm.
    private static double Length(Norm norm) =>
        norm == Norm.L2 ? Math.Sqrt(Weight.Sum(w => (double)w * w)) : Weight.Sum(w => Math.Abs(w));

    private static TheoryData<string, Norm> Cases(IEnumerable<string> names, Func<string, Norm, bool> fits)
    {
        var cases = new TheoryData<string, Norm>();
        foreach (var name in names)
            foreach (var norm in Enum.GetValues<Norm>().Where(norm => fits(name, norm)))
                cases.Add(name, norm);
        return cases;
    }

    private static Tensor Inputs()
    {
        using var random = new Generator(11, CPU);
        return randn([8, 1, 4, 4], generator: random).clamp(-3, 3);
    }

    private static ThreatModel Threat(Norm norm, double epsilon) => new(norm, epsilon, -6, 6);

    private static double Margin(Tensor image) =>
        Math.Abs(image.flatten().data<float>().ToArray().Zip(Weight, (x, w) => (double)x * w).Sum() + Bias);
}
