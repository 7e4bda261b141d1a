using Empir.Data;

namespace Empir.CommandLine.Progress;

/// <summary>Adds pace to what a downloader reports of one file.</summary>
internal sealed class DownloadMeter(TimeProvider time)
{
    private Pace? pace;

    /// <summary>The facts of the moment: <c>12.3 of 170.1 MB  5.2 MB/s  0:30 left</c>.</summary>
    public string Facts(DownloadProgress now)
    {
        pace ??= new(now.Bytes, time);
        return string.Join("  ", new[]
        {
            $"{Words.Megabytes(now.Bytes)} of {Words.Megabytes(now.Total)}",
            pace.Rate(now.Bytes) is { } rate ? $"{Words.Megabytes(rate)}/s" : null,
            pace.Left(now.Bytes, now.Total) is { } left && now.Bytes < now.Total ? $"{Words.Clock(left)} left" : null,
        }.Where(fact => fact is not null));
    }
}
