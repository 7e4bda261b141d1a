using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Surfaces;
using Empir.Tests.Attacks;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation.Masking;

/// <summary>The checks as a part of an evaluation: of two linear members and their vote on 60 images.</summary>
public sealed class MaskingEvaluationTests : IDisposable
{
    private static readonly EvaluationSettings Settings = new(ThreatModel.Linf(0.05), [ProtocolName.WhiteBox], 40) { Masking = true };

    private readonly TemporaryFolder folder = new();
    private readonly AnyEnsemble ensemble = new(new Majority(0), Classifier(1), Classifier(2));
    private readonly ImageDataset test = Images();

    public void Dispose()
    {
        folder.Dispose();
        ensemble.Dispose();
        test.Dispose();
    }

    [Fact]
    public void They_are_made_only_when_asked_for()
    {
        Assert.Null(Run(Settings with { Masking = false }).Masking);
        Assert.Equal(10, Run(Settings).Masking!.Count);
    }

    [Fact]
    public void They_check_the_white_box_protocols_surface_on_the_evaluated_images_that_are_right()
    {
        var (x, y) = test.Range(0, 40, CPU);
        using (x)
        using (y)
        {
            var alone = MaskingChecks.Run(new MeanProbabilitiesSurface(ensemble), Settings.Threat, x, y, seed: 7);
            var right = Run(Settings).Protocols[0].Rows[0].Cells[^1].Right.Count(one => one == '1');

            Assert.Equal(alone.Select(check => check.Finding), Run(Settings).Masking!.Select(check => check.Finding));
            Assert.Equal(right, alone[0].Evidence[0].Value);
            Assert.InRange(right, 10, 39);
        }
    }

    [Fact]
    public void Killed_after_any_step_it_goes_on_to_the_same_bits_and_repeats_none()
    {
        var steps = new List<string>();
        var whole = Run(Settings, new Immediate<EvaluationProgress>(now => steps.Add($"{now.Protocol}/{now.Row}"))).ToJson();
        var told = new List<string>();

        // Every run is killed after its first step of the checks.
        for (var kills = 0; kills < steps.Count(step => step.StartsWith("masking", StringComparison.Ordinal)); kills++)
        {
            using var source = new CancellationTokenSource();
            var progress = new Immediate<EvaluationProgress>(now =>
            {
                told.Add($"{now.Protocol}/{now.Row}");
                if (now.Protocol == "masking")
                    source.Cancel();
            });
            try
            {
                Run(Settings, progress, Unfinished(), source.Token);
            }
            catch (OperationCanceledException)
            {
            }
        }
        var end = Run(Settings, new Immediate<EvaluationProgress>(now => told.Add("again")), Unfinished());

        Assert.Equal(steps, told);
        Assert.Equal(whole, end.ToJson());
    }

    [Fact]
    public void Progress_names_the_runs_and_ends_at_the_end()
    {
        var told = new List<EvaluationProgress>();
        Run(Settings, new Immediate<EvaluationProgress>(told.Add));

        Assert.Contains(told, step => step is { Protocol: "masking", Row: "PGD of 200 steps", System: "Any" });
        Assert.Equal(told.Select(step => step.Done).Order(), told.Select(step => step.Done));
        Assert.Equal(1, told[^1].Done, 0.5e-6);
    }

    [Fact]
    public void Nothing_but_the_report_stays()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run(Settings);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_radius_that_cannot_grow_is_refused_before_anything_is_run() =>
        Assert.Throws<UserErrorException>(() => new Evaluator(ensemble, 7).Check(Settings with { Threat = ThreatModel.Linf(0) }));

    private EvaluationReport Run(
        EvaluationSettings settings, IProgress<EvaluationProgress>? progress = null, UnfinishedEvaluation? unfinished = null,
        CancellationToken cancellation = default) =>
        new Evaluator(ensemble, seed: 7).Run(settings, test, progress, unfinished, cancellation);

    private UnfinishedEvaluation Unfinished() => new(folder.File("unfinished.json"), _ => { });

    private static LinearClassifier Classifier(int seed)
    {
        var random = new Random(seed);
        var half = Enumerable.Range(0, 8).Select(_ => 0.2f + (float)random.NextDouble()).ToArray();
        return new([.. half, .. half.Select(slope => -slope)], 0);
    }

    private static ImageDataset Images()
    {
        var random = new Random(5);
        var pixels = Enumerable.Range(0, 60 * 16).Select(_ => (byte)random.Next(100, 156)).ToArray();
        return new("noise", ["zero", "one"], (1, 4, 4), pixels, [.. Enumerable.Range(0, 60).Select(_ => (byte)random.Next(2))]);
    }
}
