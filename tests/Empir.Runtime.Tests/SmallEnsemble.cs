using Empir.Ensembles;
using Empir.Modules;

namespace Empir.Tests;

/// <summary>Two w2a4 members and a full-precision one that decides ties.</summary>
internal sealed class SmallEnsemble : Ensemble<Majority>
{
    public SmallEnsemble() : this(new SmallConvNet(1, 2, 4), new SmallConvNet(2, 2, 4), new SmallConvNet(3)) { }

    public SmallEnsemble(SmallConvNet lowA, SmallConvNet lowB, SmallConvNet full)
        : base(Describe(lowA, lowB, full), new Majority(2), [lowA, lowB, full]) { }

    private static EnsembleCard Describe(SmallConvNet lowA, SmallConvNet lowB, SmallConvNet full) => new(
        "SmallEmpir", "", "small.empir.yaml", "0", "majority, ties to full",
        [new("low_a", 1, lowA.Card), new("low_b", 2, lowB.Card), new("full", 3, full.Card)]);
}
