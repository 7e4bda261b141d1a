using Empir.Attacks;

namespace Empir.Tests.Attacks;

/// <summary>More of the same effort never breaks less.</summary>
public class StrengthTests
{
    private static readonly Attack[] Small =
        [new Apgd { Steps = 2 }, new Apgd { Steps = 2, Loss = Loss.Dlr, TargetClasses = 2 }, new Fab { Steps = 2 }, new Square { Queries = 5 }];

    public static TheoryData<int> Seeds => [1, 2, 3];

    [Theory, MemberData(nameof(Seeds))]
    public void More_steps_never_help_the_defender(int seed) =>
        NeverWorse(seed, [.. new[] { 1, 3, 9 }.Select(steps => new Pgd { Steps = steps, StepSize = 0.02 })]);

    [Theory, MemberData(nameof(Seeds))]
    public void More_restarts_never_help_the_defender(int seed) =>
        NeverWorse(seed, [.. new[] { 1, 2, 4 }.Select(restarts => new Pgd { Steps = 3, StepSize = 0.02, Restarts = restarts })]);

    [Theory, MemberData(nameof(Seeds))]
    public void More_draws_never_help_the_defender(int seed) =>
        NeverWorse(seed, [.. new[] { 1, 5, 25 }.Select(draws => new RandomNoise { Draws = draws })]);

    [Theory, MemberData(nameof(Seeds))]
    public void More_queries_from_more_starts_never_help_the_defender(int seed) =>
        NeverWorse(seed, [.. new[] { 1, 2, 4 }.Select(restarts => new Square { Queries = 6, Restarts = restarts })]);

    [Theory, MemberData(nameof(Seeds))]
    public void More_attacks_never_help_the_defender(int seed) =>
        NeverWorse(seed, [.. new[] { 1, 2, 4 }.Select(count => new AutoAttack { Attacks = [.. Small.Take(count)] })]);

    [Fact]
    public void Restarts_attack_only_what_is_not_broken()
    {
        using var task = new AttackTask(3);
        using var y = task.Labels(wrongEvery: 1);
        using var result = new Pgd { Steps = 5, Restarts = 4 }.Run(task.Surface, ThreatModel.Linf(0.1), task.Images, y);

        Assert.Equal(task.Count, result.Forwards);
    }

    internal static void NeverWorse(int seed, Attack[] attacks)
    {
        using var task = new AttackTask(seed);
        using var y = task.Labels();
        foreach (var epsilon in new[] { 0.02, 0.05, 0.1 })
        {
            var before = new bool[task.Count];
            foreach (var attack in attacks)
            {
                using var result = attack.Run(task.Surface, ThreatModel.Linf(epsilon), task.Images, y, seed: seed);
                var success = result.Success.data<bool>().ToArray();
                Assert.All(before.Zip(success), pair => Assert.True(!pair.First || pair.Second));
                before = success;
            }
        }
    }
}
