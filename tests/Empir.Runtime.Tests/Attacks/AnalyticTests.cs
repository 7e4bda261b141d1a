using Empir.Attacks;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

/// <summary>Strength against the exact answer: on a linear classifier the nearest broken image is a projection.</summary>
public class AnalyticTests
{
    private static readonly float[] Weight = [.. Enumerable.Range(0, 16).Select(i => ((i * 7 % 16) - 7.5f) / 8)];
    private const float Bias = 0.3f;

    public static TheoryData<string> Bounded => [nameof(Fgsm), nameof(Bim), nameof(Pgd)];

    [Theory, MemberData(nameof(Bounded))]
    public void A_bounded_attack_succeeds_just_beyond_the_smallest_radius_and_never_below(string name)
    {
        using var net = new LinearClassifier(Weight, Bias);
        var surface = new ClassifierSurface(net, "linear");
        using var x = Inputs();
        using var y = surface.Decide(x);
        for (var i = 0; i < x.shape[0]; i++)
        {
            using var image = x.narrow(0, i, 1);
            using var label = y.narrow(0, i, 1);
            var smallest = Margin(image) / Weight.Sum(w => Math.Abs(w));
            Assert.True(Broken(smallest * 1.05), $"image {i} survives 1.05 times its radius {smallest}");
            Assert.False(Broken(smallest * 0.95), $"image {i} breaks below its radius {smallest}");

            bool Broken(double epsilon)
            {
                Attack attack = name switch
                {
                    nameof(Fgsm) => new Fgsm(),
                    nameof(Bim) => new Bim { Steps = 20, StepSize = epsilon / 10 },
                    _ => new Pgd { Steps = 20, StepSize = epsilon / 5 },
                };
                using var result = attack.Run(surface, Threat(Norm.Linf, epsilon), image, label);
                return result.Success.item<bool>();
            }
        }
    }

    [Fact]
    public void Cw_comes_within_a_quarter_of_the_smallest_distance()
    {
        using var net = new LinearClassifier(Weight, Bias);
        var surface = new ClassifierSurface(net, "linear");
        using var x = Inputs();
        using var y = surface.Decide(x);
        var attack = new CarliniWagnerL2 { Steps = 200, SearchSteps = 9, InitialConstant = 0.1 };
        using var result = attack.Run(surface, Threat(Norm.L2, double.PositiveInfinity), x, y);

        Assert.True(result.Success.all().ToBoolean());
        var length = Math.Sqrt(Weight.Sum(w => (double)w * w));
        for (var i = 0; i < x.shape[0]; i++)
        {
            var smallest = Margin(x.narrow(0, i, 1)) / length;
            Assert.InRange(result.L2[i].ToDouble(), smallest * 0.999, smallest * 1.25);
        }
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
            Assert.Equal(Margin(x.narrow(0, i, 1)) - gain, Margin(result.Adversarial.narrow(0, i, 1)), 4);
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
