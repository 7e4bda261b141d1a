using Empir.Attacks;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

public class LossesTests
{
    private static readonly float[,] Scores = { { 1, 5, 2, 3 }, { 1, 5, 2, 3 }, { 4, 4, 4, 4 } };

    [Fact]
    public void The_margin_is_the_best_other_score_minus_the_labels()
    {
        Assert.Equal([-2, 4, 0], Of(Loss.Margin, [1, 0, 2]));
        Assert.Equal([-3, -4, 0], Of(Loss.Margin, [1, 1, 2], [2, 0, 3]));
    }

    [Fact]
    public void Cross_entropy_rises_away_from_the_label_or_toward_the_target()
    {
        var log = Math.Log(Math.Exp(1) + Math.Exp(5) + Math.Exp(2) + Math.Exp(3));
        Close([log - 5, log - 1, Math.Log(4)], Of(Loss.CrossEntropy, [1, 0, 2]));
        Close([2 - log, 1 - log, -Math.Log(4)], Of(Loss.CrossEntropy, [1, 1, 2], [2, 0, 3]));
    }

    [Fact]
    public void Dlr_divides_by_high_scores()
    {
        // Best 5, third 2, fourth 1.
        Close([-2 / 3.0, 4 / 3.0, 0], Of(Loss.Dlr, [1, 0, 2]));
        Close([-3 / 3.5, -4 / 3.5, 0], Of(Loss.Dlr, [1, 1, 2], [2, 0, 3]));
    }

    [Fact]
    public void Scaling_the_scores_changes_the_dlr_losses_by_nothing()
    {
        using var scores = tensor(Scores)[..2];
        using var scaled = scores * 1000 + 7;
        using var labels = tensor(new[] { 1L, 0 });
        using var targets = tensor(new[] { 3L, 2 });
        foreach (var goal in new[] { null, targets })
            Close([.. Losses.Of(Loss.Dlr, scores, labels, goal).data<float>().ToArray().Select(value => (double)value)],
                Losses.Of(Loss.Dlr, scaled, labels, goal).data<float>().ToArray());
    }

    [Fact]
    public void With_fewer_classes_than_dlr_reads_it_is_the_difference()
    {
        using var two = tensor(new float[,] { { 1, 5 } });
        using var three = tensor(new float[,] { { 1, 5, 2 } });
        using var label = tensor(new[] { 1L });
        using var target = tensor(new[] { 0L });

        Assert.Equal(-4, Losses.Of(Loss.Dlr, two, label, null).ToDouble());
        Assert.Equal(-0.75, Losses.Of(Loss.Dlr, three, label, null).ToDouble(), 0.5e-6);
        Assert.Equal(-4, Losses.Of(Loss.Dlr, two, label, target).ToDouble());
        Assert.Equal(-4, Losses.Of(Loss.Dlr, three, label, target).ToDouble());
    }

    [Theory, InlineData(Loss.CrossEntropy), InlineData(Loss.Margin), InlineData(Loss.Dlr)]
    public void Ties_give_finite_gradients(Loss loss)
    {
        foreach (var targeted in new[] { false, true })
        {
            using var scores = full([2, 5], 3f).requires_grad_();
            using var labels = zeros(2, ScalarType.Int64);
            using var targets = ones(2, ScalarType.Int64);
            using var sum = Losses.Of(loss, scores, labels, targeted ? targets : null).sum();
            sum.backward();

            Assert.True(scores.grad!.isfinite().all().ToBoolean());
            Assert.True(scores.grad!.abs().max().ToDouble() > 0);
        }
    }

    private static float[] Of(Loss loss, long[] labels, long[]? targets = null)
    {
        using var scores = tensor(Scores);
        using var y = tensor(labels);
        using var goal = targets is null ? null : tensor(targets);
        using var value = Losses.Of(loss, scores, y, goal);
        return value.data<float>().ToArray();
    }

    private static void Close(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 0.5e-5);
    }
}
