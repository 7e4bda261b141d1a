using Empir.Training;

namespace Empir.Tests.Training;

public class ScheduleTests
{
    [Fact]
    public void A_step_is_taken_after_each_milestone() => Assert.Equal(
        [1, 1, 0.5, 0.5, 0.25, 0.25], Rates(new StepRate([1, 2], 0.5), perEpoch: 2, epochs: 3));

    [Fact]
    public void Half_a_cosine_falls_from_the_learning_rate_towards_the_minimum()
    {
        var rates = Rates(new CosineRate(0.2), perEpoch: 2, epochs: 2);

        Assert.Equal([1, 0.6 + (0.4 * Math.Cos(Math.PI / 4)), 0.6, 0.6 + (0.4 * Math.Cos(3 * Math.PI / 4))], rates, Close);
    }

    // PyTorch's OneCycleLR(max_lr=1, total_steps=10): up until step 0.3*10 - 1 = 2, down until step 9.
    [Fact]
    public void One_cycle_goes_up_and_down_as_pytorchs()
    {
        var rates = Rates(new OneCycleRate(), perEpoch: 5, epochs: 2);

        Assert.Equal([0.04, 0.52, 1], rates.Take(3), Close);
        Assert.Equal(1 / 25.0 / 1e4, rates[^1], 0.5e-12);
        Assert.Equal(rates.Skip(2).OrderDescending(), rates.Skip(2));
    }

    [Fact]
    public void One_step_alone_is_taken_at_the_full_rate() => Assert.Equal([1], Rates(new OneCycleRate(), perEpoch: 1, epochs: 1));

    private static double[] Rates(LearningRateSchedule schedule, int perEpoch, int epochs) =>
        [.. Enumerable.Range(0, perEpoch * epochs).Select(step => schedule.Rate(1, step, perEpoch, epochs))];

    private static bool Close(double one, double other) => Math.Abs(one - other) < 1e-12;
}
