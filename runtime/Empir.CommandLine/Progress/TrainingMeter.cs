using Empir.Training;

namespace Empir.CommandLine.Progress;

/// <summary>Adds pace to what a trainer reports of one member.</summary>
internal sealed class TrainingMeter(TimeProvider time)
{
    private Pace? pace;

    /// <summary>The facts of the moment: <c>epoch 2/5  loss 0.412  accuracy 85.1%  1,530 images/s  0:32 left</c>.</summary>
    public string Facts(TrainingProgress now)
    {
        var (done, end) = (Done(now), (double)now.Epochs * now.EpochImages);
        pace ??= new(done, time);
        return string.Join("  ", new[]
        {
            $"epoch {now.Epoch}/{now.Epochs}",
            $"loss {now.Loss:0.000}",
            Share("accuracy", now.Accuracy),
            Share("adversarial", now.AdversarialAccuracy),
            Share("validation", now.ValidationAccuracy),
            Share("adversarial", now.ValidationAdversarialAccuracy),
            pace.Rate(done) is { } rate ? $"{rate:#,0} images/s" : null,
            pace.Left(done, end) is { } left && done < end ? $"{Words.Clock(left)} left" : null,
        }.Where(fact => fact is not null));
    }

    /// <summary>Share of the member's training that is done.</summary>
    public static double Share(TrainingProgress now) => Done(now) / ((double)now.Epochs * now.EpochImages);

    private static string? Share(string of, double? accuracy) => accuracy is { } share ? $"{of} {Words.Percent(share)}" : null;

    private static double Done(TrainingProgress now) => (now.Epoch - 1.0) * now.EpochImages + now.Images;
}
