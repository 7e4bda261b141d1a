namespace Empir.CommandLine.Tests;

public class TimingTests
{
    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 0.5, 2)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 0.5, 2.5)]
    [InlineData(new[] { 5.0, 1, 4, 2, 3 }, 0.25, 2)]
    [InlineData(new[] { 4.0, 1, 8, 2 }, 0.25, 1.75)]
    [InlineData(new[] { 7.0 }, 0.25, 7)]
    [InlineData(new[] { 4.0, 1, 3 }, 0, 1)]
    [InlineData(new[] { 4.0, 1, 3 }, 1, 4)]
    public void AQuantileLiesBetweenTheTwoNearestValues(double[] values, double share, double wanted)
    {
        Assert.Equal(wanted, Timing.Quantile(values, share));
        if (share == 0.5)
            Assert.Equal(wanted, Timing.Median(values));
    }

    [Fact]
    public void MeasuresTakeTurnsAndTheFirstRoundsDoNotCount()
    {
        var turns = new List<string>();
        Func<double> Measure(string name) => () =>
        {
            turns.Add(name);
            return turns.Count;
        };

        var seconds = Timing.Rounds(3, 2, Measure("a"), Measure("b"));

        Assert.Equal("ababababab", string.Concat(turns));
        Assert.Equal([[5, 7, 9], [6, 8, 10]], seconds);
    }

    [Fact]
    public void AnActionIsDoneOnceMoreThanItIsTimed()
    {
        var done = 0;

        Assert.Equal(2, Timing.Medians(4, () => done++, () => { }).Length);

        Assert.Equal(5, done);
    }
}
