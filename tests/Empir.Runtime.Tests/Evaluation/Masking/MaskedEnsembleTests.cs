using Empir.Attacks;
using Empir.Evaluation;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation.Masking;

/// <summary>Canaries: ensembles that are masked on purpose trip the checks, and an adversarially trained one trips none.</summary>
public sealed class MaskedEnsembleTests(TrainedEnsembles trained) : IClassFixture<TrainedEnsembles>
{
    private static readonly string[] Names =
    [
        "zero_gradients", "fgsm_beats_iterative", "gradient_free_beats_white_box", "unbounded_attack_fails", "accuracy_does_not_reach_zero",
        "loss_still_moving", "noise_beats_gradients", "silent_success", "unstable_predictions", "randomness",
    ];

    [Fact]
    public void True_rounding_trips_whatever_asks_what_gradients_miss()
    {
        var checks = Run(trained.Rounded, 100);

        Assert.Equal(
            ["zero_gradients", "gradient_free_beats_white_box", "unbounded_attack_fails", "accuracy_does_not_reach_zero", "noise_beats_gradients"],
            Tripped(checks));
        Assert.Equal(checks[0].Evidence[0].Value, checks[0].Evidence[1].Value);
        Assert.Contains($"{checks[0].Evidence[0].Value} of {checks[0].Evidence[0].Value} images have a gradient that is zero", checks[0].Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void A_saturated_softmax_trips_what_reads_the_cross_entropy()
    {
        var checks = Run(trained.Saturated, 60);

        // APGD's loss knows no scale, and leaves Square nothing: the gradients are there for who asks rightly.
        Assert.Equal(["zero_gradients", "unbounded_attack_fails", "accuracy_does_not_reach_zero"], Tripped(checks));
        Assert.Equal(checks[0].Evidence[0].Value, checks[0].Evidence[1].Value);
        Assert.Equal(0, checks[0].Evidence[2].Value);
    }

    [Fact]
    public void An_adversarially_trained_ensemble_with_quantised_members_trips_none()
    {
        var checks = Run(trained.Robust, 200);

        Assert.Equal(Names, checks.Select(check => check.Name));
        Assert.All(checks, check => Assert.Equal((check.Finding, MaskingVerdict.Clear), (check.Finding, check.Verdict)));
        Assert.All(checks, check => Assert.Equal(("images", 100), (check.Evidence[0].What, check.Evidence[0].Value)));
        // Robust, but not out of reach: the attacks had something to do.
        Assert.InRange(checks[1].Evidence[2].Value, 5, 95);
    }

    [Fact]
    public void The_same_seed_gives_the_same_findings_and_nothing_stays()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var (first, second) = (Run(trained.Robust, 20), Run(trained.Robust, 20));

        Assert.Equal(first.Select(check => check.Finding), second.Select(check => check.Finding));
        Assert.Equal(first.SelectMany(check => check.Evidence), second.SelectMany(check => check.Evidence));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_cut_graph_is_a_finding_and_no_exception()
    {
        var surface = new FakeSurface(x => x.detach().flatten(1).mean([1]) - 0.55);
        using var x = full([12, 1, 4, 4], 0.5f);
        using var y = zeros(12, ScalarType.Int64);

        Assert.Contains("zero_gradients", Tripped(MaskingChecks.Run(surface, TrainedEnsembles.Threat, x, y)));
    }

    [Fact]
    public void Too_few_right_images_say_nothing()
    {
        var surface = new FakeSurface(x => x.flatten(1).mean([1]) - 0.55);
        using var x = full([30, 1, 4, 4], 0.5f);
        using var y = ones(30, ScalarType.Int64);
        y.narrow(0, 0, 9).zero_();
        var checks = MaskingChecks.Run(surface, TrainedEnsembles.Threat, x, y);

        Assert.Equal(Names, checks.Select(check => check.Name));
        Assert.All(checks, check => Assert.Equal(MaskingVerdict.NotMeasured, check.Verdict));
        Assert.All(checks, check => Assert.Equal("Only 9 of the images are decided right; a check needs 10.", check.Finding));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.PositiveInfinity)]
    public void A_radius_that_cannot_grow_is_refused(double radius)
    {
        using var x = full([12, 1, 4, 4], 0.5f);
        using var y = zeros(12, ScalarType.Int64);

        Assert.Throws<UserErrorException>(() => MaskingChecks.Run(new FakeSurface(x => x.flatten(1).mean([1])), ThreatModel.Linf(radius), x, y));
    }

    [Fact]
    public void The_last_radius_holds_the_box_in_both_norms()
    {
        Assert.Equal([0.125, 0.25, 0.5, 1], MaskingRuns.Radii(ThreatModel.Linf(0.25), [1, 1, 4, 4]));
        Assert.Equal([0.75, 1.5, 3, 4], MaskingRuns.Radii(ThreatModel.L2(1.5), [1, 1, 4, 4]));
        Assert.Equal([2], MaskingRuns.Radii(new(Norm.Linf, 9, -1, 1), [1, 1, 4, 4]));
    }

    private static IEnumerable<string> Tripped(IEnumerable<MaskingCheck> checks) =>
        checks.Where(check => check.Verdict == MaskingVerdict.Tripped).Select(check => check.Name);

    private IReadOnlyList<MaskingCheck> Run(AnyEnsemble ensemble, int images)
    {
        var (x, y) = trained.Test.Range(0, images, CPU);
        using (x)
        using (y)
            return MaskingChecks.Run(new MeanProbabilitiesSurface(ensemble), TrainedEnsembles.Threat, x, y, seed: 1);
    }
}
