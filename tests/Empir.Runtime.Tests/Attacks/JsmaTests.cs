using Empir.Attacks;

namespace Empir.Tests.Attacks;

public class JsmaTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void The_pair_is_the_best_of_all_pairs(int seed)
    {
        var random = new Random(seed);
        double[] Draw() => [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble() - 0.6)];
        var (rise, fall) = (Draw(), Draw());
        var expected = (
            from i in Enumerable.Range(0, 40)
            from j in Enumerable.Range(0, i)
            let up = rise[i] + rise[j]
            let down = fall[i] + fall[j]
            where up > 0 && down > 0
            select up * down).Max();

        var (first, second) = Jsma.BestPair(Enumerable.Range(0, 40), rise, fall)!.Value;
        Assert.Equal(expected, (rise[first] + rise[second]) * (fall[first] + fall[second]));
    }

    [Fact]
    public void Few_pixels_change_and_they_reach_the_target()
    {
        using var task = new AttackTask(3);
        using var y = task.Labels();
        using var targets = (y + 1) % task.Classes;
        using var result = new Jsma { Gamma = 0.2 }.Run(task.Surface, ThreatModel.Linf(1), task.Images, y, targets: targets);

        using var changed = (result.Adversarial - task.Images).flatten(1).ne(0).sum([1]);
        Assert.InRange(changed.max().ToDouble(), 1, Math.Floor(task.Images[0].numel() * 0.2));
        Assert.True(result.Success.any().ToBoolean());
    }
}
