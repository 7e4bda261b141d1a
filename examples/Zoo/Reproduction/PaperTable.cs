using static System.FormattableString;

namespace Zoo.Reproduction;

/// <summary>The paper's rows, ours and the difference, and what the vote gains over its own full-precision member.</summary>
internal sealed class PaperTable(Study study, IReadOnlyList<Evidence> found) : ReproductionTable(study, study.Dataset, [study.Ensemble], found)
{
    // Clean accuracies further apart than this are another network, not another seed.
    private const double NearPoints = 3;

    private Evidence? Ensemble => Found.SingleOrDefault();

    private SystemResult? Vote => Ensemble is null ? null : new(Ensemble, Study.Ensemble);

    private SystemResult? Full => Members(full: true).FirstOrDefault();

    protected override IEnumerable<IEnumerable<string>> Parts() =>
    [
        ["The labels of `paper` are predicted ones, and its CW-L2 and BIM never look at the low members."],
        Protocols(),
        Gains(),
    ];

    protected override IEnumerable<string> Remarks()
    {
        foreach (var (name, paper, ours) in new[] { ("the ensemble", Study.Paper.Ensemble, Vote?.Paper), ("full precision alone", Study.Paper.Full, Full?.Paper) })
            if (ours is not null && Math.Abs(ours.Clean - (double)paper.Clean) > NearPoints)
                yield return Invariant($"- Clean accuracy of {name} is {ours.Clean:F2}, the paper's {paper.Clean:F2}: {Markdown.Signed(ours.Clean - (double)paper.Clean)} points, more than {NearPoints} apart.");
        if (Full?.Paper is { } single && Vote?.Paper is { } voted)
        {
            // As printed, so that the difference of the printed figures is the one beside them.
            var (gain, claimed) = (Printed((decimal)(voted.Average - single.Average)), Printed(Study.Paper.Ensemble.Average - Study.Paper.Full.Average));
            if (gain < claimed)
                yield return Invariant($"- The average gain over full precision alone is {gain:F2} points, the paper's {claimed:F2}: it falls short by {claimed - gain:F2}. Its standard error is {GainError():F2}, of the difference image by image.");
        }
    }

    private double GainError()
    {
        var gains = Vote!.RightUnderPapersAttacks!.Zip(Full!.RightUnderPapersAttacks!, (with, without) => 100 * (with - without)).ToArray();
        var mean = gains.Average();
        return Math.Sqrt(gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Length - 1) / gains.Length);
    }

    private static decimal Printed(decimal points) => Math.Round(points, 2, MidpointRounding.AwayFromZero);

    private IEnumerable<string> Protocols() =>
    [
        .. Titles(),
        .. Compared("EMPIR", Study.Paper.Ensemble, Vote),
        .. Compared("full precision alone", Study.Paper.Full, Full),
        .. Members(full: false).Select(member => Row($"{member.Name} ({member.Bits}) alone", member)),
    ];

    private IEnumerable<string> Compared(string name, PaperRow paper, SystemResult? ours)
    {
        yield return Row($"{name}, paper", paper);
        if (ours?.Paper is not { } row)
            yield break;
        yield return Row($"**{name}, ours**", ours);
        yield return Markdown.Line(
        [
            "difference, points", Markdown.Signed(row.Clean - (double)paper.Clean),
            .. row.Attacked.Zip(paper.Attacked, (mine, theirs) => Markdown.Signed(mine - (double)theirs)),
            Markdown.Signed(row.Average - (double)paper.Average), "", .. Columns.Select(_ => ""),
        ]);
    }

    // The paper's headline: what the vote gains over its own full-precision member.
    private IEnumerable<string> Gains()
    {
        if (Vote is not { Paper: { } voted } vote || Full is not { Paper: { } single } full)
            yield break;
        var paper = Study.Paper.Ensemble.Attacked.Zip(Study.Paper.Full.Attacked, (with, without) => (double)(with - without)).ToArray();
        var ours = voted.Attacked.Zip(single.Attacked, (with, without) => with - without).ToArray();
        yield return Markdown.Line(["gain over full precision alone, points", .. PaperResults.Attacks, "average", .. Columns.Select(column => column.Title)]);
        yield return Markdown.Rule(PaperResults.Attacks.Length + 1 + Columns.Length);
        yield return Markdown.Line(["paper", .. paper.Append(paper.Average()).Select(Markdown.Signed), .. Columns.Select(_ => "")]);
        yield return Markdown.Line(["ours", .. ours.Append(ours.Average()).Select(Markdown.Signed), .. Columns.Select(column => column.Gain(vote, full))]);
    }

    private IEnumerable<SystemResult> Members(bool full) => Ensemble is null ? []
        : Ensemble.Spec.Card.Members.Where(member => member.Network.IsFullPrecision == full).Select(member => new SystemResult(Ensemble, member.Name));
}
