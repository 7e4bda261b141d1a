using static System.FormattableString;

namespace Zoo.Reproduction;

/// <summary>The tables of a dataset as Markdown: the paper's rows, ours and the difference, and beside ours what honest attacks leave.</summary>
/// <param name="study">What is reproduced.</param>
/// <param name="found">What there is of its specs.</param>
internal sealed class ReproductionPage(Study study, IReadOnlyList<Evidence> found)
{
    // Clean accuracies further apart than this are another network, not another seed.
    private const double NearPoints = 3;

    private readonly Evidence? ensemble = found.FirstOrDefault(one => one.Spec.Name == study.Ensemble);

    private readonly HonestColumn[] columns = HonestColumn.Of(found);

    /// <summary>The whole block.</summary>
    public string Text() => string.Concat(
        new[] { Heading(), Protocols(), Gains(), Remarks(), Robust(), Minutes() }.Select(part => string.Join('\n', part))
            .Where(part => part.Length > 0).Select(part => part + "\n\n")).TrimEnd('\n') + "\n";

    private IEnumerable<string> Heading()
    {
        yield return $"Written by `zoo reproduce {study.Dataset}` from the evaluation.json of {(found.Count > 0 ? string.Join(", ", found.Select(one => one.Spec.Name)) : "no spec")}.";
        yield return "Accuracies in per cent. Left of *average* is the protocol `paper`: its labels are predicted ones, and its CW-L2 and BIM never look at the low members.";
        yield return "Right of it is what all attacks of the honest protocols together leave of the same row, with Wilson's 95 % interval and the number of images.";
    }

    private IEnumerable<string> Protocols()
    {
        yield return Line(["", "clean", .. PaperResults.Attacks, "average", "images", .. columns.Select(column => column.Title)]);
        yield return Rule(PaperResults.Attacks.Length + 3 + columns.Length);
        foreach (var line in Compared("EMPIR", study.Paper.Ensemble, ensemble is null ? null : new(ensemble, study.Ensemble)))
            yield return line;
        foreach (var line in Compared("full precision alone", study.Paper.Full, Full))
            yield return line;
        foreach (var system in Low)
            yield return Ours($"{system.Name} ({system.Bits}) alone", system);
        foreach (var (spec, row) in study.Baselines)
            if (found.FirstOrDefault(one => one.Spec.Name == spec) is { } baseline)
                yield return Ours(row, new(baseline, baseline.Spec.Card.Members[^1].Name));
    }

    private IEnumerable<string> Compared(string name, PaperRow paper, SystemResult? ours)
    {
        yield return Line([$"{name}, paper", Invariant($"{paper.Clean:F2}"), .. paper.Attacked.Select(value => Invariant($"{value:F2}")), Invariant($"{paper.Average:F2}"), "", .. columns.Select(_ => "")]);
        if (ours?.Paper is not { } row)
            yield break;
        yield return Ours($"**{name}, ours**", ours);
        yield return Line(
        [
            "difference, points", Signed(row.Clean - (double)paper.Clean), .. row.Attacked.Zip(paper.Attacked, (mine, theirs) => Signed(mine - (double)theirs)),
            Signed(row.Average - (double)paper.Average), "", .. columns.Select(_ => ""),
        ]);
    }

    private string Ours(string name, SystemResult system) => Line(
    [
        name,
        .. system.Paper is { } row
            ? [Percent(row.Clean), .. row.Attacked.Select(Percent), Percent(row.Average), Invariant($"{row.Images:N0}")]
            : new[] { Percent(system.Clean), "", "", "", "", "", "" },
        .. columns.Select(column => column.Cell(system)),
    ]);

    // The paper's headline: what the vote gains over its own full-precision member.
    private IEnumerable<string> Gains()
    {
        if (ensemble is null || new SystemResult(ensemble, study.Ensemble).Paper is not { } voted || Full?.Paper is not { } single)
            yield break;
        var paper = study.Paper.Ensemble.Attacked.Zip(study.Paper.Full.Attacked, (with, without) => (double)(with - without)).ToArray();
        var ours = voted.Attacked.Zip(single.Attacked, (with, without) => with - without).ToArray();
        yield return Line(["gain over full precision alone, points", .. PaperResults.Attacks, "average", .. columns.Select(column => column.Title)]);
        yield return Rule(PaperResults.Attacks.Length + 1 + columns.Length);
        yield return Line(["paper", .. paper.Append(paper.Average()).Select(Signed), .. columns.Select(_ => "")]);
        yield return Line(["ours", .. ours.Append(ours.Average()).Select(Signed), .. columns.Select(column => column.Gain(new(ensemble, study.Ensemble), Full))]);
    }

    // Figures only: why is for an experiment, beside the block.
    private IEnumerable<string> Remarks()
    {
        foreach (var name in study.Baselines.Select(baseline => baseline.Spec).Prepend(study.Ensemble).Where(name => found.All(one => one.Spec.Name != name)))
            yield return $"- {name} is not evaluated yet.";
        if (ensemble is null)
            yield break;
        foreach (var (name, paper, ours) in new[]
            { ("the ensemble", study.Paper.Ensemble, new SystemResult(ensemble, study.Ensemble).Paper), ("full precision alone", study.Paper.Full, Full?.Paper) })
            if (ours is not null && Math.Abs(ours.Clean - (double)paper.Clean) > NearPoints)
                yield return Invariant($"- Clean accuracy of {name} is {ours.Clean:F2}, the paper's {paper.Clean:F2}: {Signed(ours.Clean - (double)paper.Clean)} points, more than {NearPoints} apart.");
        if (Full?.Paper is { } single && new SystemResult(ensemble, study.Ensemble).Paper is { } voted)
        {
            var (gain, claimed) = (voted.Average - single.Average, (double)(study.Paper.Ensemble.Average - study.Paper.Full.Average));
            if (gain < claimed)
                yield return Invariant($"- The average gain over full precision alone is {gain:F2} points, the paper's {claimed:F2}: it falls short by {claimed - gain:F2}.");
        }
        foreach (var one in found.Where(one => one.Evaluation.SpecSha256 != one.Spec.Card.SpecHash))
            yield return $"- The text of {one.Spec.Name}'s spec has changed since it was evaluated.";
    }

    private IEnumerable<string> Robust()
    {
        var robust = found.Where(one => study.IsRobust(one.Spec)).ToArray();
        if (robust.Length == 0)
            yield break;
        yield return "Trained to stand:";
        yield return "";
        yield return Line(["", "clean", "average of `paper`", .. columns.Select(column => column.Title)]);
        yield return Rule(2 + columns.Length);
        foreach (var one in robust)
            foreach (var cell in one.Evaluation.Protocols[0].Rows[0].Cells.Reverse().Where(cell => one.Spec.Card.Members.Count > 1 || cell.System != one.Spec.Name))
            {
                var system = new SystemResult(one, cell.System);
                var name = cell.System == one.Spec.Name ? $"**{cell.System}**"
                    : one.Spec.Card.Members.Count > 1 ? $"{system.Name} ({system.Bits}) alone" : $"{one.Spec.Name}, {system.Bits}";
                yield return Line([name, Percent(system.Clean), system.Paper is { } row ? Percent(row.Average) : "", .. columns.Select(column => column.Cell(system))]);
            }
    }

    private IEnumerable<string> Minutes()
    {
        if (found.Count == 0)
            yield break;
        yield return Line(["minutes", "training", "evaluation", "evaluated on"]);
        yield return Rule(3);
        foreach (var one in found)
        {
            var environment = one.Evaluation.Environment;
            yield return Line([one.Spec.Name, Time(one.TrainingMinutes), Time(one.EvaluationMinutes), Invariant($"{environment.Device}, {environment.Threads} threads, libtorch {environment.Libtorch}")]);
        }
    }

    private SystemResult? Full => Members(full: true).FirstOrDefault();

    private IEnumerable<SystemResult> Low => Members(full: false);

    private IEnumerable<SystemResult> Members(bool full) => ensemble is null ? []
        : ensemble.Spec.Card.Members.Where(member => member.Network.IsFullPrecision == full).Select(member => new SystemResult(ensemble, member.Name));

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    // The first column is words, all others are numbers.
    private static string Rule(int numbers) => $"|---|{string.Concat(Enumerable.Repeat("---:|", numbers))}";

    private static string Percent(double share) => Invariant($"{share:F2}");

    internal static string Signed(double points) => Invariant($"{points:+0.00;-0.00;0.00}");

    private static string Time(double? minutes) => minutes is { } value ? Invariant($"{value:F1}") : "-";
}
