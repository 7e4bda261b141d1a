using Empir.Attacks;
using Empir.Modules;
using Empir.Surfaces;
using TorchSharp.Modules;
using static TorchSharp.torch;

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

    // On a linear network the best pair stays the best: at the edge of a ball smaller than the step it has to make room for the next.
    [Theory, InlineData(1.01, true), InlineData(0.99, false)]
    public void In_a_small_ball_every_pixel_that_helps_is_changed(double share, bool breaks)
    {
        using var net = new OpposedClassifier();
        using var x = zeros(1, 1, 4, 4);
        using var y = zeros(1, ScalarType.Int64);
        // The scores are apart by 2, and raising all pixels of positive weight by 1 brings them together by twice their weights' sum.
        var epsilon = share / OpposedClassifier.Weight.Where(weight => weight > 0).Sum();
        using var result = new Jsma { Gamma = 1 }.Run(new ClassifierSurface(net, "opposed"), ThreatModel.Linf(epsilon) with { Minimum = -6, Maximum = 6 }, x, y);

        Assert.Equal(breaks, result.Success.ToBoolean());
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

    /// <summary>Scores -(w·x - 1) and w·x - 1 on [1, 4, 4] images.</summary>
    private sealed class OpposedClassifier : Classifier
    {
        public static readonly float[] Weight = [.. Enumerable.Range(0, 16).Select(i => ((i * 7 % 16) - 7.5f) / 8)];

        private readonly Linear layer;

        public OpposedClassifier() : base(new("Opposed", "full", "pytorch", new(1, 4, 4, -6, 6), 2, []))
        {
            layer = Register("layer", nn.Linear(16, 2));
            using var _ = no_grad();
            layer.weight!.copy_(stack([-tensor(Weight), tensor(Weight)]));
            layer.bias!.copy_(tensor(new[] { 1f, -1f }));
        }

        public override Tensor forward(Tensor input)
        {
            using var flat = input.flatten(1);
            return layer.call(flat);
        }
    }
}
