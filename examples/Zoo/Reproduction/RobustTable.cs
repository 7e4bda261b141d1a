namespace Zoo.Reproduction;

/// <summary>Ensembles and single networks trained to stand, and each of their members alone.</summary>
internal sealed class RobustTable(Study study, IReadOnlyList<string> wanted, IReadOnlyList<Evidence> found)
    : ReproductionTable(study, $"{study.Dataset}-robust", wanted, found)
{
    protected override string Reading => "Clean is on the whole test set, *average* the protocol `paper`'s where it was run; right of it stands what";

    protected override IEnumerable<IEnumerable<string>> Parts() =>
    [
        [
            Markdown.Line(["", "clean", "average", .. Columns.Select(column => column.Title)]),
            Markdown.Rule(2 + Columns.Length),
            .. Found.SelectMany(Systems),
        ],
    ];

    private IEnumerable<string> Systems(Evidence one)
    {
        var isSingle = one.Spec.Card.Members.Count == 1;
        foreach (var cell in one.Evaluation.Protocols[0].Rows[0].Cells.Reverse().Where(cell => !isSingle || cell.System != one.Spec.Name))
        {
            var system = new SystemResult(one, cell.System);
            var name = cell.System == one.Spec.Name ? $"**{cell.System}**" : isSingle ? $"{one.Spec.Name}, {system.Bits}" : $"{system.Name} ({system.Bits}) alone";
            yield return Markdown.Line(
            [
                name, Markdown.Percent(100 * system.Clean.Accuracy), system.Paper is { } row ? Markdown.Percent(row.Average) : "", .. Columns.Select(column => column.Cell(system)),
            ]);
        }
    }
}
