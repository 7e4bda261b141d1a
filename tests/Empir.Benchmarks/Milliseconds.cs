namespace Empir.Benchmarks;

/// <summary>Seconds as a table of milliseconds shows them.</summary>
internal static class Milliseconds
{
    /// <summary>The median, and the middle half of all values.</summary>
    public static string Of(IReadOnlyCollection<double> seconds) =>
        $"{Of(Timing.Median(seconds))} ({Of(Timing.Quantile(seconds, 0.25))} to {Of(Timing.Quantile(seconds, 0.75))})";

    /// <summary>Whether a median keeps within a goal, if there is one.</summary>
    public static string Goal(double seconds, double? milliseconds) => milliseconds is { } goal
        ? FormattableString.Invariant($"at most {goal:0.#}: {(seconds * 1000 <= goal ? "met" : "missed")}")
        : "";

    private static string Of(double seconds) => (seconds * 1000) switch
    {
        >= 100 and var milliseconds => FormattableString.Invariant($"{milliseconds:F0}"),
        >= 10 and var milliseconds => FormattableString.Invariant($"{milliseconds:F1}"),
        var milliseconds => FormattableString.Invariant($"{milliseconds:F2}"),
    };
}
