using System.Diagnostics;

namespace Empir.Benchmarks;

/// <summary>Times several things in turn, A B C A B C, so that a machine that changes speed changes it for all of them.</summary>
internal static class Timing
{
    /// <summary>Median seconds of each action over <paramref name="rounds" />, after one round that is not counted.</summary>
    public static double[] Medians(int rounds, params Action[] actions)
    {
        var seconds = actions.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= rounds; round++)
            for (var i = 0; i < actions.Length; i++)
            {
                var watch = Stopwatch.StartNew();
                actions[i]();
                if (round > 0)
                    seconds[i].Add(watch.Elapsed.TotalSeconds);
            }
        return [.. seconds.Select(Median)];
    }

    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
