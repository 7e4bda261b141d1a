using Empir.Attacks;
using Empir.Evaluation;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation.Masking;

/// <summary>
/// Every check for its own reason: 20 grey images of which one, two or none are masked, so that two trip it and one does not. The first
/// channel is the picture; the second says, at every radius, whether the image is masked, and has no gradient.
/// </summary>
public class MaskingSignTests
{
    private const int Count = 20;

    private const double Radius = 0.1;

    [Fact]
    public void Images_without_a_gradient_trip_zero_gradients()
    {
        TwoTripAndOneDoesNot(new ZeroGradients(), Surface);
        Assert.Equal(20, Evidence(Check(new ZeroGradients(), new FakeSurface(x => Mean(x).detach() - 0.55), 0), 1));
        Assert.Equal(20, Evidence(Check(new ZeroGradients(), new FakeSurface(x => Mean(x) - 0.55, x => (Mean(x) * 0).sqrt()), 0), 1));

        static Surface Surface() => Masked(x => Mean(x) - 0.55, x => Mean(x) * 0);
    }

    [Fact]
    public void An_image_that_its_random_start_breaks_needs_no_gradient_there()
    {
        // A margin that is flat where it is above 0.
        var check = Check(new ZeroGradients(), new FakeSurface(x => (Mean(x) - 0.5001).clamp_max(1e-3), x => Mean(x).clamp_max(0.5)), 0);

        Assert.Equal(0, Evidence(check, 1));
        Assert.Equal(MaskingVerdict.Clear, check.Verdict);
    }

    [Fact]
    public void A_corner_that_only_a_single_step_reaches_trips_fgsm() =>
        // The gradient shows the way from the image itself, and nowhere else.
        TwoTripAndOneDoesNot(new FgsmBeatsIterative(), () => Masked(
            x => Picture(x).amin([1]) - (0.5 + 0.99 * Radius),
            x => Mean(x) * Picture(x).std(1).lt(1e-6).to(ScalarType.Float32)));

    [Fact]
    public void What_Square_finds_without_a_gradient_trips_gradient_free() =>
        TwoTripAndOneDoesNot(new GradientFreeBeatsWhiteBox(), () => Masked(x => Mean(x) - 0.55, x => Mean(x) * 0));

    [Fact]
    public void An_image_that_no_bound_protects_and_no_gradient_leads_away_from_trips_unbounded() =>
        TwoTripAndOneDoesNot(new UnboundedAttackFails(), () => Masked(x => Mean(x) - 0.9, x => Mean(x) * 0));

    [Fact]
    public void An_accuracy_that_stays_up_trips_does_not_reach_zero() =>
        TwoTripAndOneDoesNot(new AccuracyDoesNotReachZero(), () => Masked(x => Mean(x) - 0.9, x => Mean(x) * 0));

    [Fact]
    public void An_accuracy_that_rises_again_trips_does_not_reach_zero()
    {
        // The marks' noise tells the radius: 0.4 and 0.8 lead away, the smaller ones and the largest lead on.
        Surface surface = Masked(x => Mean(x) - 0.55, x =>
        {
            var noise = x.select(1, 1).flatten(1).std(1);
            return Mean(x) * where(noise.gt(0.1).logical_and(noise.lt(0.29)), -1f, 1f);
        });
        var tripped = Check(new AccuracyDoesNotReachZero(), surface, 2);

        Assert.Equal(MaskingVerdict.Tripped, tripped.Verdict);
        Assert.Contains("a larger ball holds the smaller one", tripped.Finding, StringComparison.Ordinal);
        Assert.Equal(0, tripped.Evidence[^1].Value);
        Assert.Equal(MaskingVerdict.Clear, Check(new AccuracyDoesNotReachZero(), surface, 1).Verdict);
    }

    [Fact]
    public void A_loss_that_rises_to_the_end_trips_still_moving() =>
        // One pixel at a time, the darkest: no way is long enough.
        TwoTripAndOneDoesNot(new LossStillMoving(), () => Masked(x => Mean(x) - 0.58, x => Picture(x).amin([1])));

    [Fact]
    public void Images_that_twice_the_steps_break_trip_still_moving()
    {
        // Three pixels, one after the other: 40 steps each on average, but the loss shows nothing of it.
        Surface surface = Masked(
            x => Picture(x).narrow(1, 0, 3).amin([1]).gt(0.5 + 0.95 * Radius).to(ScalarType.Float32) - 0.5,
            x => Picture(x).narrow(1, 0, 3).amin([1]));
        var check = Check(new LossStillMoving(), surface, Count);

        Assert.Equal(0, Evidence(check, 2));
        Assert.True(Evidence(check, 3) >= 2);
        Assert.Equal(MaskingVerdict.Tripped, check.Verdict);
    }

    [Fact]
    public void What_noise_finds_without_a_gradient_trips_noise() =>
        // A tenth of all points are broken, the image itself is not.
        TwoTripAndOneDoesNot(new NoiseBeatsGradients(), () => Masked(x => (Mean(x) * 64e3).frac() - 0.95, x => Mean(x) * 0));

    [Fact]
    public void An_image_that_is_passed_trips_silent_success() =>
        TwoTripAndOneDoesNot(new SilentSuccess(), () => Masked(x => 0.015 - (Mean(x) - 0.545).abs(), Mean));

    [Theory]
    [InlineData(3, MaskingVerdict.Clear)]
    [InlineData(4, MaskingVerdict.Tripped)]
    public void Up_to_five_points_lost_by_the_last_iterate_are_no_silent_success(int masked, MaskingVerdict expected) =>
        Assert.Equal(expected, Check(new SilentSuccess(), Masked(x => 0.015 - (Mean(x) - 0.545).abs(), Mean), masked, 60).Verdict);

    [Theory]
    [InlineData(0.1, MaskingVerdict.Tripped)]
    [InlineData(0.02, MaskingVerdict.Clear)]
    public void A_rough_margin_trips_unstable(double roughness, MaskingVerdict expected) =>
        Assert.Equal(expected, Check(new UnstablePredictions(), new FakeSurface(x => Mean(x) * 0 - 0.2 + roughness * (Mean(x) * 64e3).sin()), 0).Verdict);

    [Fact]
    public void A_few_images_at_the_boundary_do_not_make_predictions_unstable()
    {
        // Next to the boundary any change is large.
        var check = Check(new UnstablePredictions(), Masked(x => (Mean(x) - 0.5) * 10 - 1e-4, Mean), 8);

        Assert.True(Evidence(check, 1) > 0.1);
        Assert.Equal(MaskingVerdict.Clear, check.Verdict);
    }

    [Theory]
    [InlineData(1e-2, MaskingVerdict.Tripped)]
    [InlineData(1e-6, MaskingVerdict.Clear)]
    public void Scores_that_differ_trip_randomness_and_rounding_does_not(double difference, MaskingVerdict expected)
    {
        var calls = 0;
        Assert.Equal(expected, Check(new Randomness(), new FakeSurface(x => Mean(x) - 0.8 + difference * (++calls % 2)), 0).Verdict);
    }

    [Fact]
    public void One_decision_that_differs_trips_randomness()
    {
        // The margin lies within rounding of 0, below and above by turns.
        var calls = 0;
        var check = Check(new Randomness(), Masked(x => Mean(x) * 0 + (++calls % 2 == 1 ? -1e-9 : 1e-9), Mean), 1);

        Assert.Equal(1, Evidence(check, 1));
        Assert.Equal(MaskingVerdict.Tripped, check.Verdict);
    }

    [Fact]
    public void Of_300_images_six_are_too_few_and_more_than_two_percent_is_not()
    {
        using var images = Images(300, 300);
        using var labels = zeros(300, ScalarType.Int64);
        var runs = new MaskingRuns(Masked(Mean, Mean), ThreatModel.Linf(Radius), images, labels, 1, null, default);

        Assert.False(runs.Counts(6));
        Assert.True(runs.Counts(7));
    }

    // The honest image is broken by any step up, and left by none.
    private static void TwoTripAndOneDoesNot(MaskingSign sign, Func<Surface> surface)
    {
        Assert.Equal(MaskingVerdict.Tripped, Check(sign, surface(), 2).Verdict);
        Assert.Equal(MaskingVerdict.Clear, Check(sign, surface(), 1).Verdict);
        Assert.Equal(MaskingVerdict.Clear, Check(sign, surface(), 0).Verdict);
    }

    private static MaskingCheck Check(MaskingSign sign, Surface surface, int masked, int count = Count)
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var images = Images(count, masked);
        using var labels = zeros(count, ScalarType.Int64);
        var check = sign.Check(new MaskingRuns(surface, ThreatModel.Linf(Radius), images, labels, 1, null, default));
        Assert.Equal(before + 2, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        return check;
    }

    private static Tensor Images(int count, int masked)
    {
        using var scope = NewDisposeScope();
        var marks = arange(count).lt(masked).to(ScalarType.Float32).view(count, 1, 1, 1).expand(count, 1, 8, 8);
        return cat([full_like(marks, 0.5f), marks], 1).MoveToOuterDisposeScope();
    }

    private static Surface Masked(Func<Tensor, Tensor> margin, Func<Tensor, Tensor> slope) => new FakeSurface(
        x => Choose(x, margin(x), Mean(x) - 0.55), x => Choose(x, slope(x), Mean(x)));

    private static Tensor Choose(Tensor x, Tensor masked, Tensor honest) => where(x.select(1, 1).flatten(1).mean([1]).gt(0.5), masked, honest);

    private static Tensor Picture(Tensor x) => x.select(1, 0).flatten(1);

    private static Tensor Mean(Tensor x) => Picture(x).mean([1]);

    private static double Evidence(MaskingCheck check, int figure) => check.Evidence[figure].Value;
}
