using Empir.Evaluation;
using static System.FormattableString;

namespace Zoo.Reproduction;

/// <summary>A block of the page as Markdown: accuracies in per cent, and beside them what honest attacks leave.</summary>
/// <param name="study">What is reproduced.</param>
/// <param name="name">Of the block's marks.</param>
/// <param name="wanted">The specs it is about.</param>
/// <param name="found">What there is of them.</param>
internal abstract class ReproductionTable(Study study, string name, IReadOnlyList<string> wanted, IReadOnlyList<Evidence> found)
{
    /// <summary>The name of its marks.</summary>
    public string Name => name;

    /// <summary>Whether there is anything to show; a table without leaves the page's as it is.</summary>
    public bool IsEvaluated => found.Count > 0;

    /// <summary>What is reproduced.</summary>
    protected Study Study => study;

    /// <summary>What there is of the specs it is about.</summary>
    protected IReadOnlyList<Evidence> Found => found;

    /// <summary>What honest protocols leave, for every row.</summary>
    protected HonestColumn[] Columns { get; } = HonestColumn.Of(found);

    /// <summary>The whole block.</summary>
    public string Text() => string.Concat(
        Parts().Prepend(Heading()).Append(Missing().Concat(Remarks()).Concat(Changed())).Append(Minutes()).Select(part => string.Join('\n', part))
            .Where(part => part.Length > 0).Select(part => part + "\n\n")).TrimEnd('\n') + "\n";

    /// <summary>What the columns are; what honest attacks leave ends the sentence.</summary>
    protected virtual string Reading => "Up to *average* they are the protocol `paper`'s; right of it stands what";

    /// <summary>Its tables.</summary>
    protected abstract IEnumerable<IEnumerable<string>> Parts();

    /// <summary>What a reader should know of them. Figures only: why is for an experiment, beside the block.</summary>
    protected virtual IEnumerable<string> Remarks() => [];

    /// <summary>The titles of a row of <c>Row</c>.</summary>
    protected string[] Titles() =>
    [
        Markdown.Line(["", "clean", .. PaperResults.Attacks, "average", "images", .. Columns.Select(column => column.Title)]),
        Markdown.Rule(PaperResults.Attacks.Length + 3 + Columns.Length),
    ];

    /// <summary>A row that the paper's authors publish.</summary>
    protected string Row(string title, PaperRow paper) => Markdown.Line(
    [
        title, Invariant($"{paper.Clean:F2}"), .. paper.Attacked.Select(value => Invariant($"{value:F2}")), Invariant($"{paper.Average:F2}"), "",
        .. Columns.Select(_ => ""),
    ]);

    /// <summary>A row of ours.</summary>
    protected string Row(string title, SystemResult system) => Markdown.Line(
    [
        title,
        .. system.Paper is { } row
            ? [Markdown.Percent(row.Clean), .. row.Attacked.Select(Markdown.Percent), Markdown.Percent(row.Average), Invariant($"{row.Images:N0}")]
            : new[] { Markdown.Percent(100 * system.Clean.Accuracy), "", "", "", "", "", Invariant($"{system.Clean.Right.Length:N0}") },
        .. Columns.Select(column => column.Cell(system)),
    ]);

    private IEnumerable<string> Heading()
    {
        yield return $"Written by `zoo reproduce {study.Dataset}` from the evaluation.json of {(IsEvaluated ? string.Join(", ", found.Select(one => one.Spec.Name)) : "no spec")}.";
        yield return $"Accuracies in per cent. {Reading}";
        yield return "all attacks of an honest protocol together leave of the same row, with Wilson's 95 % interval and the number of images.";
    }

    private IEnumerable<string> Missing() => wanted.Where(spec => found.All(one => one.Spec.Name != spec)).Select(spec => $"- {spec} is not evaluated yet.");

    private IEnumerable<string> Changed() =>
    [
        .. found.Where(one => one.Evaluation.SpecSha256 != one.Spec.Card.SpecHash)
            .Select(one => $"- The text of {one.Spec.Name}'s spec has changed since it was evaluated."),
        .. from one in found
           let wanted = one.Spec.Evaluation.Threat.Epsilon
           from radius in Radii(one.Evaluation)
           where radius != wanted
           select Invariant($"- {one.Spec.Name} was evaluated at epsilon {radius:G4}, and its spec says {wanted:G4}."),
        .. found.Where(one => one.Evaluation.Seed != 0).Select(one => Invariant($"- {one.Spec.Name} was evaluated with seed {one.Evaluation.Seed}, not 0.")),
    ];

    // Those of bounded attacks; the adaptive protocol has the dataset's usual radius as well.
    private static IEnumerable<double> Radii(EvaluationReport evaluation) => evaluation.Protocols
        .Where(protocol => protocol.Protocol != "adaptive").Select(HonestColumn.RadiusOf).Distinct();

    private IEnumerable<string> Together(double? training, double? evaluation) => found.Count < 2 || (training ?? evaluation) is null ? [] :
        [Markdown.Line(["together", Markdown.Minutes(training), Markdown.Minutes(evaluation), ""])];

    // Of all, or of none.
    private double? Sum(Func<Evidence, double?> minutes) => found.Aggregate((double?)0, (sum, one) => sum + minutes(one));

    private IEnumerable<string> Minutes() => !IsEvaluated ? [] :
    [
        Markdown.Line(["minutes", "training", "evaluation", "evaluated on"]),
        Markdown.Rule(3),
        .. found.Select(one => Markdown.Line(
        [
            one.Spec.Name, Markdown.Minutes(one.TrainingMinutes), Markdown.Minutes(one.EvaluationMinutes),
            Invariant($"{one.Evaluation.Environment.Device}, {one.Evaluation.Environment.Threads} {(one.Evaluation.Environment.Threads == 1 ? "thread" : "threads")}, libtorch {one.Evaluation.Environment.Libtorch}"),
        ])),
        .. Together(Sum(one => one.TrainingMinutes), Sum(one => one.EvaluationMinutes)),
    ];
}
