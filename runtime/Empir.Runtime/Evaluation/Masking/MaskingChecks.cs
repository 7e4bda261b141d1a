using Empir.Attacks;
using Empir.Data;
using Empir.Ensembles;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>
/// Ten signs that gradients are masked: that they do not lead to what they should find, so that attacks which follow them
/// flatter the defence (Athalye et al., arXiv 1802.00420; Carlini et al., arXiv 1902.06705; Pintor et al., arXiv 2106.09947).
/// They judge the gradients an evaluation relies on, not the defence: where one trips, its accuracies are upper bounds
/// without meaning.
/// </summary>
public static class MaskingChecks
{
    /// <summary>The name of their table in progress.</summary>
    internal const string Table = "masking";

    /// <summary>Right images that are checked at most, the first ones, and that are needed to say anything.</summary>
    internal const int MostImages = 100, FewestImages = 10;

    private static readonly MaskingSign[] Signs =
    [
        new ZeroGradients(), new FgsmBeatsIterative(), new GradientFreeBeatsWhiteBox(), new UnboundedAttackFails(),
        new AccuracyDoesNotReachZero(), new LossStillMoving(), new NoiseBeatsGradients(), new SilentSuccess(),
        new UnstablePredictions(), new Randomness(),
    ];

    /// <summary>Checks the gradients of a surface.</summary>
    /// <param name="surface">The surface.</param>
    /// <param name="threat">Norm, radius and box of the attacks.</param>
    /// <param name="images">[N, C, H, W]; the first 100 that are decided right are used.</param>
    /// <param name="labels">[N], the true classes, 64-bit integers.</param>
    /// <param name="seed">Seed of the attacks' randomness.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>The ten checks, in a fixed order.</returns>
    /// <exception cref="UserErrorException">The threat's radius is 0 or infinite.</exception>
    public static IReadOnlyList<MaskingCheck> Run(
        Surface surface, ThreatModel threat, Tensor images, Tensor labels, long seed = 0, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var frozen = surface.Freeze();
        Check(threat);
        var right = surface.Decide(images).eq(labels).nonzero().squeeze(1);
        var first = right.narrow(0, 0, Math.Min(MostImages, right.shape[0]));
        return Judge(surface, threat, images.index_select(0, first), labels.index_select(0, first), seed, null, cancellation);
    }

    /// <summary>Finds out whether the checks can run at all.</summary>
    /// <exception cref="UserErrorException">The threat's radius is 0 or infinite.</exception>
    internal static void Check(ThreatModel threat) => MaskingRuns.Radii(threat, [1, 1]);

    /// <summary>What they cost at most, in gradients of the ensemble; nothing where they are not asked for.</summary>
    internal static double Work(EvaluationSettings settings, ImageDataset test, int images) => settings.Masking
        ? Math.Min(images, MostImages) * MaskingRuns.Work(settings.Threat, [1, test.Channels, test.Height, test.Width])
        : 0;

    /// <summary>Checks the surface that the white-box protocol attacks the ensemble on, as a part of an evaluation.</summary>
    internal static IReadOnlyList<MaskingCheck> Measure(
        ThreatModel threat, Ensemble ensemble, EvaluatedSystem system, ImageDataset test, long seed, EvaluationRun run, RowResult clean, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var right = clean.Cells[^1].Right;
        var first = Enumerable.Range(0, right.Length).Where(image => right[image] == '1').Select(image => (long)image).Take(MostImages);
        var (images, labels) = test.Batch([.. first], ensemble.Device);
        return Judge(
            new MeanProbabilitiesSurface(ensemble), threat, images, labels, seed, new(run, system, Math.Min(MostImages, right.Length)), cancellation);
    }

    private static IReadOnlyList<MaskingCheck> Judge(
        Surface surface, ThreatModel threat, Tensor images, Tensor labels, long seed, MaskingLedger? ledger, CancellationToken cancellation)
    {
        var runs = new MaskingRuns(surface, threat, images, labels, seed, ledger, cancellation);
        return [.. Signs.Select(sign => runs.Count < FewestImages ? sign.NotMeasured(runs.Count) : sign.Check(runs))];
    }
}
