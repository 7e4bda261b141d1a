using Empir.Attacks;
using Empir.Ensembles;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

public class CarliniWagnerL2Tests
{
    private static readonly float[] Up = [.. Enumerable.Repeat(0.25f, 16)];

    [Fact]
    public void Goes_on_where_the_scores_are_broken_and_the_vote_is_not()
    {
        // One member turns soon and loudly and takes the mean with it; the two others, who decide, turn only at 4 times the way.
        using var ensemble = new AnyEnsemble(
            new Majority(1), new LinearClassifier([.. Up.Select(w => 50 * w)], -10), new LinearClassifier(Up, -0.8f), new LinearClassifier(Up, -0.8f));
        var surface = new MeanLogitsSurface(ensemble);
        using var x = zeros(1, 1, 4, 4);
        using var y = zeros(1, ScalarType.Int64);
        using (var half = surface.Evaluate(x + 0.1f))
        {
            Assert.Equal(1, half.Scores.argmax(-1).item<long>());
            Assert.Equal(0, half.Decisions.item<long>());
        }

        using var result = new CarliniWagnerL2 { Steps = 100, SearchSteps = 1, InitialConstant = 10, LearningRate = 0.002 }
            .Run(surface, Threat, x, y);

        // The voters turn where 0.25·16·v = 0.8: at v = 0.2 in every pixel, a distance of 0.8.
        Assert.True(result.Success.item<bool>());
        Assert.InRange(result.L2.item<double>(), 0.8, 0.9);
    }

    [Theory, InlineData(EarlyAbort.WholeBatch, 11), InlineData(EarlyAbort.PerImage, 11), InlineData(EarlyAbort.Never, 100)]
    public void A_stalled_objective_ends_the_search_at_the_next_check(EarlyAbort abort, int steps)
    {
        // Steps too small to move the objective: it has not fallen at the second check, after a tenth of the steps.
        using var net = new LinearClassifier([.. Up.Select(_ => 1e-3f)], -100);
        using var x = zeros(2, 1, 4, 4);
        using var y = zeros(2, ScalarType.Int64);
        var attack = new CarliniWagnerL2 { Steps = 100, SearchSteps = 1, InitialConstant = 10, LearningRate = 1e-9, Abort = abort };
        using var result = attack.Run(new ClassifierSurface(net, "linear"), Threat, x, y);

        Assert.Equal(2 * steps, result.Forwards);
    }

    [Fact]
    public void A_stalled_image_leaves_alone_or_waits_for_its_batch()
    {
        // The first image moves for a while; the second lies at the box's side, where tanh is flat and a step moves nothing.
        using var net = new LinearClassifier(Up, -0.8f);
        using var x = zeros(2, 1, 4, 4);
        x[1].fill_(6);
        using var y = tensor(new[] { 0L, 1 });
        var attack = new CarliniWagnerL2 { Steps = 100, SearchSteps = 1, InitialConstant = 10, LearningRate = 1e-3 };
        var whole = Forwards(EarlyAbort.WholeBatch);

        Assert.InRange(whole, 2 * 21, 2 * 100);
        Assert.Equal((whole / 2) + 11, Forwards(EarlyAbort.PerImage));

        long Forwards(EarlyAbort abort)
        {
            using var result = (attack with { Abort = abort }).Run(new ClassifierSurface(net, "linear"), Threat, x, y);
            return result.Forwards;
        }
    }

    [Fact]
    public void Confidence_asks_for_a_margin()
    {
        using var net = new LinearClassifier(Up, -0.8f);
        var surface = new ClassifierSurface(net, "linear");
        using var x = zeros(1, 1, 4, 4);
        using var y = zeros(1, ScalarType.Int64);
        var attack = new CarliniWagnerL2 { Steps = 200, SearchSteps = 1, InitialConstant = 100, LearningRate = 0.01, Confidence = 0.4 };
        using var result = attack.Run(surface, Threat, x, y);

        using var value = surface.Evaluate(result.Adversarial);
        Assert.InRange((value.Scores[0, 1] - value.Scores[0, 0]).ToDouble(), 0.4, 0.6);
    }

    [Fact]
    public void The_search_lowers_the_constant_after_success()
    {
        using var net = new LinearClassifier(Up, -0.8f);
        var surface = new ClassifierSurface(net, "linear");
        using var x = zeros(1, 1, 4, 4);
        using var y = zeros(1, ScalarType.Int64);
        var once = new CarliniWagnerL2 { Steps = 30, SearchSteps = 1, InitialConstant = 1000, LearningRate = 0.05 };
        using var coarse = once.Run(surface, Threat, x, y);
        using var fine = (once with { SearchSteps = 9 }).Run(surface, Threat, x, y);

        Assert.True(coarse.Success.item<bool>() && fine.Success.item<bool>());
        Assert.True(fine.L2.item<double>() < coarse.L2.item<double>());
    }

    private static ThreatModel Threat => new(Norm.L2, double.PositiveInfinity, -6, 6);
}
