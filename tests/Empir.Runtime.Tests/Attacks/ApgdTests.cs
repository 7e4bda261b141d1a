using Empir.Attacks;

namespace Empir.Tests.Attacks;

public class ApgdTests
{
    [Fact]
    public void The_checkpoints_are_the_papers() =>
        Assert.Equal([0, 22, 41, 57, 70, 80, 87, 93, 99], Apgd.Checkpoints(100));

    [Theory, InlineData(1), InlineData(2)]
    public void More_restarts_never_help_the_defender(int seed) =>
        StrengthTests.NeverWorse(seed, [.. new[] { 1, 2, 4 }.Select(restarts => new Apgd { Steps = 4, Restarts = restarts })]);

    [Theory, InlineData(1), InlineData(2)]
    public void More_target_classes_never_help_the_defender(int seed) =>
        StrengthTests.NeverWorse(seed, [.. new[] { 1, 2, 9 }.Select(classes => new Apgd { Steps = 6, Loss = Loss.Dlr, TargetClasses = classes })]);

    [Fact]
    public void It_costs_one_gradient_a_step()
    {
        using var task = new AttackTask(3);
        using var y = task.Labels();
        using var result = new Apgd { Steps = 20 }.Run(task.Surface, ThreatModel.Linf(1e-6), task.Images, y);

        Assert.Equal(20 * task.Count, result.Backwards);
        Assert.Equal(22 * task.Count, result.Forwards);
    }

    [Fact]
    public void In_a_ball_of_one_point_nothing_is_searched()
    {
        using var task = new AttackTask(3);
        using var y = task.Labels();
        using var result = new Apgd().Run(task.Surface, ThreatModel.Linf(0), task.Images, y);

        Assert.Equal(0, result.Forwards);
        Assert.Equal(task.Images.data<float>().ToArray(), result.Adversarial.data<float>().ToArray());
    }
}
