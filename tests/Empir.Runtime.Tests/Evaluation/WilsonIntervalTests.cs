using Empir.Evaluation;

namespace Empir.Tests.Evaluation;

public class WilsonIntervalTests
{
    /// <summary>R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void It_is_the_published_one(int right, int count, double low, double high)
    {
        var interval = WilsonInterval.Of(right, count);

        Assert.Equal(low, interval.Low, 0.5e-4);
        Assert.Equal(high, interval.High, 0.5e-4);
    }

    [Theory]
    [InlineData(0, 0, 0.2775)]
    [InlineData(8, 0.4902, 0.9433)]
    [InlineData(10, 0.7225, 1)]
    public void Of_ten_images_it_is_wide_and_stays_within_0_and_1(int right, double low, double high)
    {
        var interval = WilsonInterval.Of(right, 10);

        Assert.Equal(low, interval.Low, 0.5e-4);
        Assert.Equal(high, interval.High, 0.5e-4);
    }

    /// <summary>By definition its ends are the shares whose own standard error reaches just to the sample's.</summary>
    [Fact]
    public void Its_ends_are_196_standard_errors_away_and_mirror_each_other()
    {
        for (var count = 1; count <= 60; count++)
            for (var right = 0; right <= count; right++)
            {
                var (low, high) = WilsonInterval.Of(right, count);
                var share = (double)right / count;
                foreach (var end in new[] { low, high })
                    Assert.Equal(1.959963984540054 * Math.Sqrt(end * (1 - end) / count), Math.Abs(share - end), 0.5e-9);
                Assert.Equal(1 - high, WilsonInterval.Of(count - right, count).Low, 0.5e-12);
            }
    }

    [Fact]
    public void No_images_prove_nothing() => Assert.Equal(new(0, 1), WilsonInterval.Of(0, 0));

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(11, 10)]
    public void More_right_than_there_are_is_refused(int right, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(right, count));
}
