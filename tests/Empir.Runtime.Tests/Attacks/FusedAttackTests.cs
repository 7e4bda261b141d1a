using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

/// <summary>Attacks on an ensemble have to change its fused decision, whatever the rule.</summary>
public class FusedAttackTests
{
    private static readonly float[] Up = [.. Enumerable.Repeat(0.25f, 16)];

    // At v in every pixel the members score 4v - 0.8, 4v - 0.4 and 4v - 0.7 for class 1, and the decision turns where:
    private static readonly Dictionary<string, (Fusion Rule, double Turn)> Rules = new()
    {
        ["majority"] = (new Majority(0), 0.7 / 4),
        ["majority, ties to the mean"] = (new Majority(null), 0.7 / 4),
        ["average"] = (new Average(FusedOutput.Logits), 1.9 / 3 / 4),
        ["weighted"] = (new Weighted(FusedOutput.Logits, [0, 1, 0]), 0.4 / 4),
        // The first member is surest of class 0 until the second is surer of class 1.
        ["max confidence"] = (new MaxConfidence(), 0.6 / 4),
    };

    public static TheoryData<string> Names => [.. Rules.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_bounded_attack_succeeds_beyond_the_turn_and_not_below(string name)
    {
        using var ensemble = Ensemble(Rules[name].Rule);
        using var x = zeros(1, 1, 4, 4);
        using var y = zeros(1, ScalarType.Int64);

        Assert.True(Broken(Rules[name].Turn * 1.05));
        Assert.False(Broken(Rules[name].Turn * 0.95));

        bool Broken(double epsilon)
        {
            using var result = new Pgd { Steps = 20, StepSize = epsilon / 5 }.Run(
                new MeanProbabilitiesSurface(ensemble), new(Norm.Linf, epsilon, -6, 6), x, y);
            using var decided = ensemble.Predict(result.Adversarial);
            Assert.Equal(decided.item<long>() == 1, result.Success.item<bool>());
            return result.Success.item<bool>();
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_white_box_protocol_runs_end_to_end(string name)
    {
        using var ensemble = Ensemble(Rules[name].Rule);
        using var images = new ImageDataset("one", ["zero", "one"], (1, 4, 4), new byte[16], [0]);
        var report = new Evaluator(ensemble, 1).Run(new(new(Norm.Linf, 0.3, -6, 6), [ProtocolName.WhiteBox]), images);

        Assert.Equal([1, 0], report.Protocols.Single().Rows.Where(row => row.Name is "clean" or "PGD").Select(row => row.Cells[^1].Accuracy));
    }

    private static AnyEnsemble Ensemble(Fusion fusion) => new(
        fusion, new LinearClassifier(Up, -0.8f), new LinearClassifier(Up, -0.4f), new LinearClassifier(Up, -0.7f));
}
