using Empir.Attacks;
using Empir.Ensembles;
using Empir.Surfaces;
using Empir.Tests.Attacks;
using static TorchSharp.torch;

namespace Empir.Tests.Surfaces;

/// <summary>Surfaces that look at every member of a vote.</summary>
public class EnsembleSurfaceTests
{
    private static readonly Dictionary<string, Func<Ensemble, Surface>> All = new()
    {
        ["mean_probabilities"] = ensemble => new MeanProbabilitiesSurface(ensemble),
        ["mean_logits"] = ensemble => new MeanLogitsSurface(ensemble),
        ["vote_margin"] = ensemble => new VoteMarginSurface(ensemble),
        ["sum_of_margins"] = ensemble => new SumOfMarginsSurface(ensemble),
        ["reweighted_members"] = ensemble => new ReweightedMembersSurface(ensemble),
        ["member_m1"] = ensemble => new MemberSurface(ensemble, 1),
        ["mean_logits+temperature"] = ensemble => new TemperedSurface(new MeanLogitsSurface(ensemble)),
        ["mean_logits+leaky_clip"] = ensemble => new LeakyClipSurface(new MeanLogitsSurface(ensemble)),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void An_attack_turns_the_vote_beyond_the_smallest_radius_and_not_below(string name)
    {
        // At v in every pixel the members score 4v - 0.8, 4v - 0.4 and 4v - 0.7 for class 1: two of three turn at 0.175.
        float[] up = [.. Enumerable.Repeat(0.25f, 16)];
        using var ensemble = new AnyEnsemble(
            new Majority(0), new LinearClassifier(up, -0.8f), new LinearClassifier(up, -0.4f), new LinearClassifier(up, -0.7f));
        var surface = All[name](ensemble);
        using var x = zeros(1, 1, 4, 4);
        using var y = zeros(1, ScalarType.Int64);

        Assert.Equal(name, surface.Name);
        Assert.True(Broken(0.7 / 4 * 1.05));
        Assert.False(Broken(0.7 / 4 * 0.95));

        bool Broken(double epsilon)
        {
            using var result = new Apgd { Steps = 20, Loss = Loss.Margin }.Run(surface, new(Norm.Linf, epsilon, -6, 6), x, y);
            return result.Success.item<bool>();
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Nothing_but_the_value_stays_alive_and_the_fusion_decides(string name)
    {
        using var ensemble = new SmallEnsemble(new SmallConvNet(1, 2, 4), new SmallConvNet(2, 2, 4), new SmallConvNet(3));
        var surface = All[name](ensemble);
        using var x = AttackPropertyTests.Images(5, 1);
        using var expected = ensemble.Predict(x);
        using var frozen = surface.Freeze();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var value = surface.Evaluate(x))
        {
            Assert.Equal(name.EndsWith("+temperature", StringComparison.Ordinal) ? 3 : 2, DisposeScopeManager.Statistics.ThreadTotalLiveCount - before);
            Assert.Equal([5, 10], value.Scores.shape);
            Assert.Equal(expected.data<long>().ToArray(), value.Decisions.data<long>().ToArray());
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void The_vote_margin_is_positive_exactly_for_the_decided_class(int members)
    {
        using var random = new Generator((ulong)members, CPU);
        foreach (var classes in new[] { 2, 3, 6 })
            foreach (var tieBreak in Enumerable.Range(0, members).Cast<int?>().Append(null))
            {
                using var logits = randn([members, 200, classes], generator: random);
                var fusion = new Majority(tieBreak);
                using var ensemble = AnyEnsemble.Answering(logits, fusion);
                using var value = new VoteMarginSurface(ensemble).Evaluate(zeros(200, 1, 1, 1));
                using var decided = nn.functional.one_hot(fusion.Decide(logits), classes).eq(1);

                Assert.Equal(decided.data<bool>().ToArray(), value.Scores.gt(0).data<bool>().ToArray());
            }
    }

    [Fact]
    public void The_vote_margin_moves_only_the_members_cheapest_to_turn()
    {
        // All vote for class 0, by 1/3, 2/4 and 3/5 of their scales, ties to the last. Class 1 wins once two of them turn: the
        // first and then the second, whose margin is the vote's.
        using var logits = tensor(new float[,,] { { { 3, 2, 0 } }, { { 4, 2, 0 } }, { { 5, 2, 0 } } }, requires_grad: true);
        using var ensemble = AnyEnsemble.Answering(logits, new Majority(2));
        using var value = new VoteMarginSurface(ensemble).Evaluate(zeros(1, 1, 1, 1));
        using var score = value.Scores[0, 0];
        score.backward();

        Assert.Equal(0.5, score.ToDouble(), 0.5e-5);
        Assert.Equal([0f, 0, 0], logits.grad![0, 0].data<float>().ToArray());
        Assert.Equal([0.25f, -0.25f, 0], logits.grad![1, 0].data<float>().ToArray());
        Assert.Equal([0f, 0, 0], logits.grad![2, 0].data<float>().ToArray());
    }

    [Fact]
    public void The_vote_margin_needs_a_majority()
    {
        using var ensemble = new AnyEnsemble(new Average(FusedOutput.Logits), new SmallConvNet(1));
        var error = Assert.Throws<UserErrorException>(() => new VoteMarginSurface(ensemble));

        Assert.Contains("Use mean_probabilities or mean_logits.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_louder_member_counts_no_more_in_the_sum_of_margins()
    {
        using var quiet = tensor(new float[,,] { { { 3, 2, 0 } }, { { 1, 5, 0 } } });
        using var loud = quiet.clone();
        loud[1] *= 100;

        foreach (var logits in new[] { quiet, loud })
        {
            using var ensemble = AnyEnsemble.Answering(logits);
            using var value = new SumOfMarginsSurface(ensemble).Evaluate(zeros(1, 1, 1, 1));
            // 1/3 - 4/5, -1/3 + 4/5, -3/3 - 5/5.
            foreach (var (expected, c) in new[] { (-7 / 15.0, 0), (7 / 15.0, 1), (-2, 2) })
                Assert.Equal(expected, value.Scores[0, c].ToDouble(), 0.5e-5);
        }
    }

    [Fact]
    public void Reweighting_favours_the_member_nearest_to_turning()
    {
        // Decided is class 0; the margins for it are 0.1, 0.9 and, turned already, -0.8.
        using var logits = tensor(new float[,,] { { { 1, 0.9f, 0 } }, { { 1, 0.1f, 0 } }, { { 0.2f, 1, 0 } } }, requires_grad: true);
        using var ensemble = AnyEnsemble.Answering(logits, new Majority(0));
        using var value = new ReweightedMembersSurface(ensemble).Evaluate(zeros(1, 1, 1, 1));

        double[] weights = [Math.Exp(-0.1), Math.Exp(-0.9), Math.Exp(-0.8)];
        using var logProbabilities = logits.log_softmax(-1);
        var expected = Enumerable.Range(0, 3).Sum(m => weights[m] / weights.Sum() * logProbabilities[m, 0, 1].ToDouble());
        Assert.Equal(expected, value.Scores[0, 1].ToDouble(), 0.5e-5);
    }

    [Fact]
    public void A_members_surface_is_its_logits_and_the_ensembles_decision()
    {
        using var logits = tensor(new float[,,] { { { 9, 0 } }, { { 0, 0.1f } }, { { 0, 0.1f } } });
        using var ensemble = AnyEnsemble.Answering(logits);
        using var value = new MemberSurface(ensemble, 0).Evaluate(zeros(1, 1, 1, 1));

        Assert.Equal([9f, 0], value.Scores.data<float>().ToArray());
        Assert.Equal(1, value.Decisions.item<long>());
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemberSurface(ensemble, 3));
    }

    [Fact]
    public void A_temperature_brings_back_the_gradient_of_a_saturated_cross_entropy()
    {
        using var logits = tensor(new float[,,] { { { 500, 100, 0 }, { 3, 4, 0 } } }, requires_grad: true);
        using var ensemble = AnyEnsemble.Answering(logits, new Majority(0));
        using var labels = tensor(new[] { 0L, 1 });
        var plain = new MeanLogitsSurface(ensemble);
        using var tempered = new TemperedSurface(plain).Evaluate(zeros(2, 1, 1, 1));
        using var saturated = plain.Evaluate(zeros(2, 1, 1, 1));

        Assert.Equal(1, (tempered.Scores[0, 0] - tempered.Scores[0, 1]).ToDouble(), 0.5e-5);
        Assert.Equal(1, (tempered.Scores[1, 1] - tempered.Scores[1, 0]).ToDouble(), 0.5e-5);
        Assert.Equal(saturated.Decisions.data<long>().ToArray(), tempered.Decisions.data<long>().ToArray());
        Assert.Equal(0, Slope(saturated));
        Assert.True(Slope(tempered) > 1e-4);

        double Slope(SurfaceValue value)
        {
            using var loss = nn.functional.cross_entropy(value.Scores, labels, reduction: nn.Reduction.Sum);
            return autograd.grad([loss], [logits], retain_graph: true)[0][0, 0].abs().max().ToDouble();
        }
    }

    // Its lead being 1 everywhere, the cross-entropy of the nearer point is the lower one.
    [Fact]
    public void Points_on_a_tempered_surface_are_compared_by_what_is_before_the_temperature()
    {
        using var scope = NewDisposeScope();
        float[] far = [5, 0, -3, -3, -3, -3, -3, -3, -3, -3], near = [1, 0, -5, -5, -5, -5, -5, -5, -5, -5];
        var logits = cat([tensor(far), tensor(near)]).view(1, 2, 10);
        using var ensemble = AnyEnsemble.Answering(logits, new Majority(0));
        var images = zeros(2, 1, 1, 1);
        var run = new AttackRun(new TemperedSurface(new MeanLogitsSurface(ensemble)), ThreatModel.Linf(1), images, zeros(2, ScalarType.Int64), [1, 1], [0, 1], 0);
        var (compared, _, _) = run.Examine(images, Loss.CrossEntropy, climb: false);
        using var value = run.Evaluate(images);
        var losses = nn.functional.cross_entropy(value.Scores, run.Labels, reduction: nn.Reduction.None);

        Assert.Equal([-5, -1], compared.data<float>().ToArray());
        Assert.True((losses[1] < losses[0]).ToBoolean());
    }

    public static TheoryData<Fusion> Fused => new(
        new Weighted(FusedOutput.Logits, [3, 0, 1]), new Weighted(FusedOutput.Probabilities, [3, 0, 1]), new Weighted(FusedOutput.Probabilities, [3, -1, 1]), new MaxConfidence());

    [Theory, MemberData(nameof(Fused))]
    public void Fused_scores_are_largest_for_the_decision_and_have_gradients(Fusion fusion)
    {
        using var scope = NewDisposeScope();
        var logits = (randn([3, 500, 5], generator: new Generator(1, CPU)) * 3).requires_grad_();
        using var ensemble = AnyEnsemble.Answering(logits, fusion);
        var value = new FusedScoresSurface(ensemble).Evaluate(zeros(500, 1, 1, 1));
        value.Scores.gather(1, value.Decisions.unsqueeze(1)).sum().backward();

        Assert.Equal(fusion.Decide(logits).data<long>().ToArray(), value.Scores.argmax(1).data<long>().ToArray());
        Assert.True(logits.grad!.isfinite().all().ToBoolean());
        Assert.True(logits.grad!.abs().sum().ToDouble() > 0);
    }

    [Fact]
    public void Fused_scores_of_a_vote_or_an_average_are_other_surfaces()
    {
        foreach (var fusion in new Fusion[] { new Majority(0), new Average(FusedOutput.Logits) })
        {
            using var ensemble = AnyEnsemble.Answering(zeros(1, 1, 3), fusion);
            Assert.Contains("vote_margin", Assert.Throws<UserErrorException>(() => new FusedScoresSurface(ensemble)).Message, StringComparison.Ordinal);
        }
    }
}
