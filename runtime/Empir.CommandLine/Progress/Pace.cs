namespace Empir.CommandLine.Progress;

/// <summary>How fast work goes since it was first looked at: what went before, such as epochs of an earlier run, does not count.</summary>
internal sealed class Pace(double first, TimeProvider time)
{
    private readonly long start = time.GetTimestamp();

    /// <summary>Units per second; null while there is nothing to go by.</summary>
    public double? Rate(double done)
    {
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        return done > first && seconds > 0 ? (done - first) / seconds : null;
    }

    /// <summary>Time until <paramref name="end" /> at this rate.</summary>
    public TimeSpan? Left(double done, double end) => Rate(done) is { } rate ? TimeSpan.FromSeconds((end - done) / rate) : null;
}
