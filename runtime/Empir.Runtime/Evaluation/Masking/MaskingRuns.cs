using Empir.Attacks;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>The runs that the checks share, each made when the first check asks for it, on images that are decided right.</summary>
/// <param name="target">What is attacked.</param>
/// <param name="threat">What the attacker may do.</param>
/// <param name="images">[N, C, H, W], decided right; not owned.</param>
/// <param name="labels">[N].</param>
/// <param name="seed">Seed of the attacks' randomness.</param>
/// <param name="ledger">Keeps what is done; null keeps nothing.</param>
/// <param name="cancellation">Stops between two steps.</param>
internal sealed class MaskingRuns(
    Surface target, ThreatModel threat, Tensor images, Tensor labels, long seed, MaskingLedger? ledger, CancellationToken cancellation)
{
    /// <summary>Steps of the PGD that the others are compared with; it is followed twice as far.</summary>
    public const int Steps = 100;

    /// <summary>Queries of Square and draws of noise for each image that the gradients leave: a fifth and a tenth of the attacks' own.</summary>
    public const int Queries = 1000, Draws = 1000;

    // Random directions around each image (Pintor et al., arXiv 2106.09947), and evaluations of the same one (AutoAttack's checks).
    private const int Directions = 100, Repeats = 5;

    // At each of the growing radii, as on the ladder.
    private const int RadiusSteps = 40;

    // Directions lie in a cube 8/255 of the box wide, as in Pintor et al.'s code.
    private const double Nearby = 4 / 255.0;

    private readonly Surface surface = new ConnectedSurface(target);

    /// <summary>How many images there are.</summary>
    public int Count { get; } = (int)images.shape[0];

    /// <summary>The threat's norm and radius in words.</summary>
    public string Ball { get; } = FormattableString.Invariant($"{threat.Norm} {threat.Epsilon:G4}");

    /// <summary>Images without a gradient.</summary>
    public GradientGaps Gaps => field ??= Once("gradients", 2, () => GradientGaps.Of(Run(threat)));

    /// <summary>Which images FGSM breaks.</summary>
    public bool[] Fgsm => field ??= Attack("FGSM", new Fgsm(), threat);

    /// <summary>PGD's way.</summary>
    public AscentPath Path => field ??= Once($"PGD of {2 * Steps} steps", 2 * Steps, () =>
    {
        var watched = new WatchedSurface(surface, labels);
        using var result = (Pgd.Across(threat, Pixels(images.shape), Steps) with { Steps = 2 * Steps, Iterate = Iterate.Last })
            .Run(watched, threat, images, labels, seed, cancellation: cancellation);
        return AscentPath.Of(watched.Losses, watched.Broken, Steps);
    });

    /// <summary>Which images all attacks with gradients leave: FGSM, the whole of PGD's way, and APGD of the DLR on what those two leave.</summary>
    public bool[] Left => field ??= Without(Apgd, Unclimbed);

    /// <summary>Which of those Square breaks.</summary>
    public bool[] Square => field ??= Attack("Square", new Square { Queries = Queries }, threat, Left);

    /// <summary>Which of those noise breaks.</summary>
    public bool[] Noise => field ??= Attack("noise", new RandomNoise { Draws = Draws }, threat, Left);

    /// <summary>How many images PGD leaves at growing radii, each attacked afresh; the last ball holds the whole box.</summary>
    public IReadOnlyList<(double Radius, int Left)> Growing => field ??=
    [
        .. Radii(threat, images.shape).Select(radius => (radius, Count - Attack(
            FormattableString.Invariant($"PGD at {radius:G4}"), Pgd.Across(threat with { Epsilon = radius }, Pixels(images.shape), RadiusSteps),
            threat with { Epsilon = radius }).Count(broken => broken))),
    ];

    /// <summary>The mean change of every image's margin nearby, a share of the margin, at most 1.</summary>
    public double[] Change => field ??= Once("nearby", Directions / 3.0, () =>
    {
        var run = Run(threat with { Norm = Norm.Linf, Epsilon = Nearby * ((double)threat.Maximum - threat.Minimum) });
        var margin = run.Examine(images, Loss.Margin, climb: false).Loss;
        var total = zeros_like(margin);
        for (var draw = 0; draw < Directions; draw++)
        {
            using var scope = NewDisposeScope();
            // Not clipped to the box: black pixels would lose half of their directions.
            var near = run.RandomStart(draw, clip: false);
            total.Add_((run.Examine(near, Loss.Margin, climb: false).Loss - margin).abs());
        }
        var change = total.Div_(Directions).div_(margin.abs().ClampMin(1e-12)).ClampMax(1);
        return change.to(ScalarType.Float64).cpu().data<double>().ToArray();
    });

    /// <summary>The same images evaluated again.</summary>
    public Reevaluation Again => field ??= Once("again", Repeats / 3.0, () =>
    {
        using var _ = no_grad();
        var run = Run(threat);
        using var first = run.Evaluate(images);
        var (otherwise, moved) = (zeros_like(labels, ScalarType.Bool), zeros_like(labels, ScalarType.Float64));
        for (var repeat = 1; repeat < Repeats; repeat++)
        {
            using var scope = NewDisposeScope();
            using var again = run.Evaluate(images);
            otherwise.logical_or_(again.Decisions.ne(first.Decisions));
            var distance = (again.Scores - first.Scores).norm(1) / first.Scores.norm(1).ClampMin(1e-12);
            // No number is no repetition either.
            moved.copy_(moved.maximum(distance.to(ScalarType.Float64).nan_to_num(double.PositiveInfinity)));
        }
        return new Reevaluation([.. otherwise.cpu().data<bool>()], [.. moved.cpu().data<double>()]);
    });

    // PGD of one loss from one start is not the best there is: without APGD beside it, Square finds a little more on sound networks too.
    private bool[] Apgd => field ??= Attack("APGD", new Apgd { Loss = Loss.Dlr }, threat, Unclimbed);

    private bool[] Unclimbed => field ??= Without(Fgsm, Without(Path.Broken, [.. Path.BrokenLater.Select(later => !later)]));

    /// <summary>
    /// Whether so many images are more than chance: at least two, and more than 2 % of all. On sound networks, too, of two attacks the
    /// weaker breaks up to two images of a hundred that the stronger leaves (docs/masking.md).
    /// </summary>
    public bool Counts(int some) => some >= 2 && some > 0.02 * Count;

    /// <summary><c>61 of 100 images</c>.</summary>
    public string Of(int some) => $"{some} of {Count} images";

    /// <summary>Half the threat's radius and on by factors of two to the radius whose ball holds the whole box.</summary>
    /// <param name="threat">The threat model.</param>
    /// <param name="shape">The images' shape, [N, C, H, W].</param>
    /// <exception cref="UserErrorException">There is no radius to double.</exception>
    public static IReadOnlyList<double> Radii(ThreatModel threat, long[] shape)
    {
        if (!(threat.Epsilon > 0 && double.IsFinite(threat.Epsilon)))
            throw new UserErrorException($"The masking checks grow the ball from the threat's epsilon, and that is {threat.Epsilon}. Give one above 0.");
        var last = threat.BoxRadius(Pixels(shape));
        return [.. Enumerable.Range(-1, 64).Select(power => threat.Epsilon * Math.Pow(2, power)).TakeWhile(radius => radius < last), last];
    }

    /// <summary>What an image costs at most, in gradients of the surface.</summary>
    /// <inheritdoc cref="Radii" />
    public static double Work(ThreatModel threat, long[] shape) =>
        2 + 1 + 2 * Steps + new Apgd().GradientSteps + Thirds(Queries) + Thirds(Draws) + Directions / 3.0 + Repeats / 3.0 + RadiusSteps * Radii(threat, shape).Count;

    // As attacks count their price: three decisions are one gradient.
    private static int Thirds(int decisions) => decisions / 3;

    private static long Pixels(long[] shape) => shape[1..].Aggregate(1L, (all, size) => all * size);

    private static bool[] Without(bool[] broken, bool[] left) => [.. left.Zip(broken, (one, gone) => one && !gone)];

    private AttackRun Run(ThreatModel ball) =>
        new(surface, ball, images, labels, null, [.. Enumerable.Repeat(ball.Epsilon, Count)], [.. Enumerable.Range(0, Count)], seed, cancellation);

    // Which images an attack breaks, of those it is shown.
    private bool[] Attack(string name, Attack attack, ThreatModel ball, bool[]? shown = null) => Once(name, attack.GradientSteps, () =>
    {
        var rows = Enumerable.Range(0, Count).Where(image => shown is null || shown[image]).Select(image => (long)image).ToArray();
        var broken = new bool[Count];
        if (rows.Length == 0)
            return broken;
        var chosen = tensor(rows, device: images.device);
        using var result = attack.Run(
            surface, ball, images.index_select(0, chosen), labels.index_select(0, chosen), seed, rows, cancellation: cancellation);
        foreach (var (row, success) in rows.Zip(result.Success.cpu().data<bool>()))
            broken[row] = success;
        return broken;
    });

    private T Once<T>(string name, double gradients, Func<T> measure) where T : class
    {
        using var scope = NewDisposeScope();
        return ledger is null ? measure() : ledger.Once(name, gradients, measure);
    }
}
