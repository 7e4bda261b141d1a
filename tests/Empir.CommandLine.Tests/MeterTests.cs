using Empir.CommandLine.Progress;

namespace Empir.CommandLine.Tests;

public class MeterTests
{
    [Fact]
    public void EpochsOfAnEarlierRunDoNotCountAsPace()
    {
        var time = new ManualTime();
        var meter = new TrainingMeter(time);

        meter.Facts(new("full", 3, 4, 100, 1000, 0.5, 0.8));
        time.Seconds = 3;
        var facts = meter.Facts(new("full", 3, 4, 400, 1000, 0.412, 0.851));

        Assert.Equal("epoch 3/4  loss 0.412  accuracy 85.1%  100 images/s  0:16 left", facts);
    }

    [Fact]
    public void NothingIsSaidOfThePaceBeforeThereIsOne() =>
        Assert.Equal("epoch 1/4  loss 0.500  accuracy 80.0%", new TrainingMeter(new ManualTime()).Facts(new("full", 1, 4, 100, 1000, 0.5, 0.8)));

    [Fact]
    public void WhatAnAttackAndTheImagesSetAsideSayIsShown() =>
        Assert.Equal(
            "epoch 1/4  loss 0.500  adversarial 30.0%  validation 80.0%  adversarial 25.0%",
            new TrainingMeter(new ManualTime()).Facts(new("full", 1, 4, 100, 1000, 0.5, null, 0.3, 0.8, 0.25)));

    private sealed class ManualTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
