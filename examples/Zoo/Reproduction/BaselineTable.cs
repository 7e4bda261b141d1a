namespace Zoo.Reproduction;

/// <summary>The single networks the paper compares with; of each spec the last member.</summary>
internal sealed class BaselineTable(Study study, IReadOnlyList<Evidence> found)
    : ReproductionTable(study, $"{study.Dataset}-baselines", [.. study.Baselines.Select(baseline => baseline.Spec)], found)
{
    protected override IEnumerable<IEnumerable<string>> Parts() =>
    [
        [
            .. Titles(),
            Row("full precision alone, paper", Study.Paper.Full),
            .. from baseline in Study.Baselines
               from one in Found
               where one.Spec.Name == baseline.Spec
               select Row(baseline.Row, new SystemResult(one, one.Spec.Card.Members[^1].Name)),
        ],
    ];
}
