using Empir.Evaluation;

namespace Zoo.Reproduction;

/// <summary>A row of the protocol <c>paper</c> in per cent.</summary>
internal sealed record ProtocolRow(double Clean, IReadOnlyList<double> Attacked, int Images)
{
    public double Average => Attacked.Average();
}

/// <summary>One system of an evaluation: a member alone, or the ensemble.</summary>
internal sealed record SystemResult(Evidence Evidence, string Name)
{
    /// <summary>The member's bits.</summary>
    public string Bits => Evidence.Spec.Card.Members.FirstOrDefault(member => member.Name == Name)?.Network.Bits ?? "ensemble";

    /// <summary>The paper's protocol; null where it was not run.</summary>
    public ProtocolRow? Paper => Find("paper").FirstOrDefault() is not { } paper ? null : new(
        100 * Cell(paper.Rows[0]).Accuracy,
        [.. PaperResults.Attacks.Select(attack => 100 * Cell(paper.Rows.First(row => row.Name == attack)).Accuracy)],
        paper.Images);

    /// <summary>Image by image, the share of the paper's attacks under which it is decided right; null where they were not run.</summary>
    public double[]? RightUnderPapersAttacks => Find("paper").FirstOrDefault() is not { } paper ? null
        : [.. Enumerable.Range(0, paper.Images).Select(image => PaperResults.Attacks
            .Average(attack => Cell(paper.Rows.First(row => row.Name == attack)).Right[image] == '1' ? 1.0 : 0))];

    /// <summary>Without an attack, on the whole test set.</summary>
    public CellResult Clean => Cell(Evidence.Evaluation.Clean);

    /// <summary>What all attacks of a protocol together leave; null where it was not run at that radius.</summary>
    public CellResult? Left(string protocol, double radius) =>
        Find(protocol).FirstOrDefault(result => HonestColumn.RadiusOf(result) == radius) is { } result ? Cell(result.Rows[^1]) : null;

    private IEnumerable<ProtocolResult> Find(string protocol) => Evidence.Evaluation.Protocols.Where(result => result.Protocol == protocol);

    private CellResult Cell(RowResult row) => row.Cells.FirstOrDefault(cell => cell.System == Name)
        ?? throw new Empir.UserErrorException($"The evaluation of {Evidence.Spec.Name} has no {Name}: the spec's members have changed since. Evaluate it again.");
}
