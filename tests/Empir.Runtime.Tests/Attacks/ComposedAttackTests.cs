using Empir.Attacks;
using Empir.Evaluation;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

/// <summary>Attacks made of attacks.</summary>
public class ComposedAttackTests
{
    [Fact]
    public void The_standard_set_has_the_published_parameters() => Assert.Equal(
        [
            new Apgd { Loss = Loss.CrossEntropy, Steps = 100, Restarts = 1, Rho = 0.75 },
            new Apgd { Loss = Loss.Dlr, Steps = 100, Restarts = 1, Rho = 0.75, TargetClasses = 9 },
            new Fab { Steps = 100, Restarts = 1, AlphaMax = 0.1, Eta = 1.05, Beta = 0.9, TargetClasses = 9 },
            new Square { Queries = 5000, InitialShare = 0.8, Restarts = 1 },
        ],
        new AutoAttack().Attacks);

    [Fact]
    public void The_result_says_which_attack_broke_which_image()
    {
        using var net = new LinearClassifier([.. Enumerable.Repeat(0.25f, 16)], -1);
        var surface = new ClassifierSurface(net, "linear");
        // One image breaks with any noise upward, one only at the ball's corner, one never; the last is wrong as it is.
        using var x = zeros(4, 1, 4, 4);
        x[0].fill_(0.2499f);
        x[1].fill_(0.16f);
        using var y = tensor(new[] { 0L, 0, 0, 1 });
        var attack = new AutoAttack { Attacks = [new RandomNoise { Draws = 20 }, new Fgsm(), new Fgsm()] };
        using var result = attack.Run(surface, new(Norm.Linf, 0.1, -6, 6), x, y);

        Assert.Equal([0L, 1, -1, -1], result.BrokenBy!.data<long>().ToArray());
        Assert.Equal([true, true, false, true], result.Success.data<bool>().ToArray());
        using var single = new Fgsm().Run(surface, new(Norm.Linf, 0.1, -6, 6), x, y);
        Assert.Null(single.BrokenBy);
    }

    [Fact]
    public void A_transfer_is_crafted_on_one_surface_and_judged_by_the_other()
    {
        // The source turns at 0.1 in every pixel, the target at 0.3.
        float[] up = [.. Enumerable.Repeat(0.25f, 16)];
        using var source = new LinearClassifier(up, -0.4f);
        using var target = new LinearClassifier(up, -1.2f);
        using var x = zeros(1, 1, 4, 4);
        using var y = zeros(1, ScalarType.Int64);
        var craft = new ClassifierSurface(source, "twin");
        var attack = new Transfer(new Fgsm(), craft);

        Assert.Equal("FGSM from twin", attack.Name);
        Assert.Equal([true, false, true], new[] { (0.2, craft), (0.2, new(target, "target")), (0.4, new(target, "target")) }.Select(run =>
        {
            using var result = attack.Run(run.Item2, new(Norm.Linf, run.Item1, -6, 6), x, y);
            return result.Success.item<bool>();
        }));
    }

    [Fact]
    public void Attacks_inside_others_and_the_source_of_a_transfer_are_written_whole()
    {
        using var source = new LinearClassifier(new float[16], 0);
        var attack = new Transfer(new AutoAttack { Attacks = [new Fgsm(), new Apgd { Steps = 7, Loss = Loss.Dlr }] }, new ClassifierSurface(source, "twin"));
        var written = AttackParameters.Of(attack);

        Assert.Equal("twin", (string?)written["source"]);
        Assert.Equal("AutoAttack", (string?)written["attack"]!["name"]);
        var parts = written["attack"]!["attacks"]!.AsArray();
        Assert.Equal(["FGSM", "APGD-DLR"], parts.Select(part => (string?)part!["name"]));
        Assert.Equal((7, "dlr", 0.75), ((int)parts[1]!["steps"]!, (string)parts[1]!["loss"]!, (double)parts[1]!["rho"]!));
    }
}
