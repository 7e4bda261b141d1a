using Empir.Ensembles;
using static TorchSharp.torch;

namespace Empir.Tests.Ensembles;

public class FusionTests
{
    // One row per case: the three members' classes and the ensemble's.
    [Theory]
    [InlineData(new[] { 4, 4, 4 }, 4)]
    [InlineData(new[] { 4, 4, 1 }, 4)]
    [InlineData(new[] { 4, 1, 4 }, 4)]
    [InlineData(new[] { 1, 4, 4 }, 4)]
    [InlineData(new[] { 1, 2, 3 }, 3)]
    [InlineData(new[] { 3, 2, 1 }, 1)]
    public void Majority_is_the_papers_rule_for_three(int[] classes, int expected) =>
        Assert.Equal(expected, Decide(new Majority(2), Votes(classes)));

    [Fact]
    public void Majority_breaks_a_tie_by_what_the_tie_break_member_scores_highest_among_the_tied()
    {
        // Classes 0 and 1 have two votes each; the fifth member votes for 2 and prefers 1 to 0.
        using var logits = stack(Votes([0, 0, 1, 1]).unbind(0).Append(tensor(new float[,] { { 0, 1, 2, -1, -1 } })).ToArray());

        Assert.Equal(1, Decide(new Majority(4), logits));
    }

    [Fact]
    public void Majority_decides_image_by_image()
    {
        using var logits = tensor(new float[,,] { { { 1, 0 }, { 0, 1 } }, { { 1, 0 }, { 0, 1 } }, { { 0, 1 }, { 1, 0 } } });
        using var decided = new Majority(2).Decide(logits);

        Assert.Equal([0L, 1], decided.data<long>().ToArray());
    }

    [Fact]
    public void Majority_without_a_tie_break_member_asks_the_mean_probability_of_the_tied()
    {
        // Classes 0 and 1 have two votes each; the fifth member votes for 2, is surest of it and prefers 1 to 0.
        using var logits = stack(Votes([0, 0, 1, 1]).unbind(0).Append(tensor(new float[,] { { 0, 1, 3, -1, -1 } })).ToArray());

        Assert.Equal(1, Decide(new Majority(TieBreak: null), logits));
    }

    [Fact]
    public void The_most_confident_member_decides_and_the_first_of_equals()
    {
        using var logits = tensor(new float[,,] { { { 3, 0 }, { 1, 0 } }, { { 0, 4 }, { 0, 1 } }, { { 0, 3 }, { 0.5f, 0 } } });
        using var decided = new MaxConfidence().Decide(logits);

        Assert.Equal([1L, 0], decided.data<long>().ToArray());
    }

    [Fact]
    public void A_large_logit_is_no_confidence_of_itself()
    {
        using var logits = tensor(new float[,,] { { { 100, 99 } }, { { 0, 3 } } });

        Assert.Equal(1, Decide(new MaxConfidence(), logits));
    }

    [Fact]
    public void Averages_of_probabilities_and_of_logits_can_differ()
    {
        // One member is very sure of class 0, two are mildly for class 1.
        using var logits = tensor(new float[,,] { { { 9, 0 } }, { { 0, 2 } }, { { 0, 2 } } });

        Assert.Equal(1, Decide(new Average(FusedOutput.Probabilities), logits));
        Assert.Equal(0, Decide(new Average(FusedOutput.Logits), logits));
    }

    [Fact]
    public void Weights_decide()
    {
        using var logits = Votes([0, 1, 2]);

        Assert.Equal(1, Decide(new Weighted(FusedOutput.Probabilities, [0.2, 0.6, 0.2]), logits));
        Assert.Equal(2, Decide(new Weighted(FusedOutput.Logits, [0.2, 0.2, 0.6]), logits));
    }

    [Fact]
    public void A_weight_too_few_is_refused()
    {
        using var logits = Votes([0, 1, 2]);

        Assert.Throws<ArgumentException>(() => new Weighted(FusedOutput.Logits, [1, 1]).Decide(logits));
    }

    private static long Decide(Fusion fusion, Tensor logits)
    {
        using var decided = fusion.Decide(logits);
        return decided.item<long>();
    }

    // [M, 1, 5] logits whose largest entries are the given classes.
    private static Tensor Votes(int[] classes) =>
        nn.functional.one_hot(tensor(classes.Select(c => (long)c).ToArray()), 5).to(ScalarType.Float32).unsqueeze(1);
}
