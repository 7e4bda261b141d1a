using Empir.Attacks;
using Empir.Formats;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

/// <summary>The same attacks by torchattacks 3.5.1 on fixed weights.</summary>
public sealed class GoldenAttacksTests : IDisposable
{
    private readonly SafeTensorsFile golden;
    private readonly SmallConvNet net = new();
    private readonly ClassifierSurface surface;

    public GoldenAttacksTests()
    {
        surface = new(net, "golden");
        golden = null!;
        if (!Directory.Exists(Repository.Golden))
            return;
        golden = SafeTensors.Read(Path.Combine(Repository.Golden, "attacks.safetensors"));
        using var _ = no_grad();
        foreach (var (key, value) in net.state_dict())
            value.copy_(golden.Tensors["model." + key]);
    }

    [GoldenFact]
    public void Fgsm_agrees_pixel_by_pixel() =>
        AssertSamePixels("fgsm_eps0.3", new Fgsm { Iterate = Iterate.Last });

    [GoldenFact]
    public void Bim_agrees_pixel_by_pixel() =>
        AssertSamePixels("bim_eps0.3_step0.01_it40", new Bim { Iterate = Iterate.Last });

    [GoldenFact]
    public void Pgd_without_random_start_agrees_pixel_by_pixel() =>
        AssertSamePixels("pgd_norandom_eps0.3_step0.01_it40", new Pgd { RandomStart = false, Iterate = Iterate.Last });

    [GoldenFact]
    public void Pgd_in_L2_agrees_pixel_by_pixel() =>
        AssertSamePixels("pgdl2_norandom_eps2_step0.2_it40", new Pgd { StepSize = 0.2, RandomStart = false, Iterate = Iterate.Last }, ThreatModel.L2(2));

    [GoldenFact]
    public void Mi_fgsm_agrees_pixel_by_pixel() =>
        AssertSamePixels("mifgsm_eps0.3_step0.03_it10_decay1", new MiFgsm { Iterate = Iterate.Last });

    [GoldenFact]
    public void Cw_breaks_the_same_images_at_the_same_distance()
    {
        const string Name = "cw_c10_kappa0_steps50_lr0.1";
        var attack = new CarliniWagnerL2
        {
            Steps = 50,
            SearchSteps = 1,
            InitialConstant = 10,
            LearningRate = 0.1,
            Abort = EarlyAbort.Never,
            Shrink = 1,
        };
        using var result = attack.Run(surface, ThreatModel.L2(double.PositiveInfinity), Images, Labels);

        var expected = golden.Tensors["success." + Name].data<bool>().ToArray();
        Assert.Equal(expected, result.Success.data<bool>().ToArray());
        var reference = (golden.Tensors["adversarial." + Name] - Images).flatten(1).norm(1).data<float>().ToArray();
        var ours = result.L2.data<double>().ToArray();
        for (var i = 0; i < ours.Length; i++)
            if (expected[i])
                Assert.InRange(ours[i], reference[i] * 0.99 - 1e-4, reference[i] * 1.01 + 1e-4);
    }

    [GoldenFact]
    public void DeepFool_breaks_the_same_images_at_the_same_distance_and_more()
    {
        const string Name = "deepfool_steps50_overshoot0.02";
        using var result = new DeepFool().Run(surface, ThreatModel.L2(double.PositiveInfinity), Images, Labels);

        // The reference leaves images on the boundary where the box cuts its steps short; ours take the overshoot once more.
        Assert.True(result.Success.logical_or(golden.Tensors["success." + Name].logical_not()).all().ToBoolean());
        var reference = (golden.Tensors["adversarial." + Name] - Images).flatten(1).norm(1).data<float>().ToArray();
        var ours = result.L2.data<double>().ToArray();
        for (var i = 0; i < ours.Length; i++)
            if (result.Success[i].item<bool>())
                Assert.InRange(ours[i], reference[i] * 0.99 - 1e-4, reference[i] * 1.025 + 1e-4);
    }

    public static TheoryData<string> Randomised => [.. Breakers.Keys];

    private static readonly Dictionary<string, (Attack Attack, double Epsilon)> Breakers = new()
    {
        ["apgd_ce_eps0.1_it50_seed0"] = (new Apgd { Steps = 50 }, 0.1),
        ["apgd_dlr_eps0.1_it50_seed0"] = (new Apgd { Steps = 50, Loss = Loss.Dlr }, 0.1),
        ["apgdt_eps0.1_it50_seed0"] = (new Apgd { Steps = 50, Loss = Loss.Dlr, TargetClasses = 9 }, 0.1),
        ["fab_eps0.1_it50_seed0"] = (new Fab { Steps = 50 }, 0.1),
        // A fifth of the queries, for time: what they break, 5,000 break.
        ["autoattack_standard_eps0.1"] = (new AutoAttack { Attacks = [.. AutoAttack.Standard.SkipLast(1), new Square { Queries = 1000 }] }, 0.1),
    };

    [GoldenFact]
    public void Square_leaves_at_most_one_image_more_on_average_over_seeds()
    {
        // Its luck differs from seed to seed: of 64 images it leaves 17 to 22.
        var left = Enumerable.Range(0, 4).Average(seed =>
        {
            using var result = new Square { Queries = 1000 }.Run(surface, ThreatModel.Linf(0.1), Images, Labels, seed);
            return result.Success.logical_not().sum().item<long>();
        });

        Assert.InRange(left, 0, golden.Tensors["success.square_eps0.1_q1000_seed0"].logical_not().sum().item<long>() + 1);
    }

    [GoldenFact]
    public void Square_in_L2_finds_much_that_noise_of_as_many_queries_misses()
    {
        using var square = new Square { Queries = 500 }.Run(surface, ThreatModel.L2(2), Images, Labels);
        using var noise = new RandomNoise { Draws = 500 }.Run(surface, ThreatModel.L2(2), Images, Labels);

        Assert.True(square.Success.sum().item<long>() > 32 + noise.Success.sum().item<long>());
    }

    [GoldenTheory, MemberData(nameof(Randomised))]
    public void A_randomised_attack_leaves_at_most_one_image_more(string name)
    {
        var (attack, epsilon) = Breakers[name];
        using var result = attack.Run(surface, ThreatModel.Linf(epsilon), Images, Labels);

        var reference = golden.Tensors["success." + name].logical_not().sum().item<long>();
        Assert.InRange(result.Success.logical_not().sum().item<long>(), 0, reference + 1);
    }

    public void Dispose()
    {
        golden?.Dispose();
        net.Dispose();
    }

    private Tensor Images => golden.Tensors["images"];

    private Tensor Labels => golden.Tensors["labels"];

    // 99.5 % of the pixels within 1e-5; the others only where the gradient is so small that its sign is rounding.
    private void AssertSamePixels(string name, Attack attack, ThreatModel? threat = null)
    {
        using var result = attack.Run(surface, threat ?? ThreatModel.Linf(0.3), Images, Labels);

        Assert.Equal(golden.Tensors["success." + name].data<bool>().ToArray(), result.Success.data<bool>().ToArray());
        using var differs = (result.Adversarial - golden.Tensors["adversarial." + name]).abs() > 1e-5;
        using var share = differs.to(ScalarType.Float64).mean();
        Assert.InRange(share.ToDouble(), 0, 0.005);
        if (!differs.any().ToBoolean())
            return;
        // Relative to the image's largest gradient, a float32 network cannot tell a gradient of 1e-5 from zero.
        var gradient = golden.Tensors["input_gradient_cross_entropy_sum"].abs();
        using var relative = gradient / gradient.amax([1, 2, 3], keepdim: true);
        if (attack is Fgsm)
            Assert.InRange(relative.masked_select(differs).max().ToDouble(), 0, 1e-5);
    }
}
