using Empir.Modules;

namespace Empir.Tests.Modules;

public class RelativeCostTests
{
    private static readonly EnsembleCard Card = new(
        "Two", "", "two.empir.yaml", "", "average",
        [new("low", 1, Network(2, 4, 100)), new("full", 2, Network(32, 32, 1000))]);

    [Fact]
    public void Every_measure_is_the_whole_ensemble_over_one_member()
    {
        Assert.Equal(10 * 2 * 4, Card.Members[0].Network.Layers[0].BitOperations);
        Assert.Equal(0, Card.Members[0].Network.Layers[1].BitOperations);
        Assert.Equal(10 * 1024, Card.Members[1].Network.BitOperations);
        Assert.Equal(new("full", 1.1, (80 + 10_240) / 10_240.0, (1.25 + 10) / 10), Card.CostRelativeTo("full"));
        Assert.Equal(new("low", 11, (80 + 10_240) / 80.0, (1.25 + 10) / 1.25), Card.CostRelativeTo("low"));
    }

    [Fact]
    public void A_member_that_is_not_there_is_named() =>
        Assert.Contains("Two has no member ful", Assert.Throws<ArgumentException>(() => Card.CostRelativeTo("ful")).Message, StringComparison.Ordinal);

    private static ClassifierCard Network(int weights, int activations, long bytes) => new(
        "Net", "any", "pytorch", new(1, 2, 2, 0, 1), 2,
        [new("linear", "linear", "", [2], weights, activations, 10, 10, bytes), new("", "relu", "", [2], 0, 0, 0, 0, 0)]);
}
