using System.Diagnostics;

namespace Empir.CommandLine.Measuring;

/// <summary>Times several things in turn, A B C A B C, so that a machine that changes speed changes it for all of them.</summary>
internal static class Timing
{
    /// <summary>Median seconds of each action over <paramref name="rounds" />, after one round that is not counted.</summary>
    public static double[] Medians(int rounds, params Action[] actions) => [.. Rounds(rounds, 1, actions).Select(Median)];

    /// <summary>Seconds of each action in each of <paramref name="rounds" />, after rounds that are not counted.</summary>
    public static double[][] Rounds(int rounds, int warmUp, params Action[] actions) =>
        Rounds(rounds, warmUp, [.. actions.Select(action => (Func<double>)(() => Seconds(action)))]);

    /// <summary>The same of things that know their own seconds, such as another process.</summary>
    public static double[][] Rounds(int rounds, int warmUp, params Func<double>[] measures)
    {
        var seconds = measures.Select(_ => new double[rounds]).ToArray();
        for (var round = -warmUp; round < rounds; round++)
            for (var i = 0; i < measures.Length; i++)
            {
                var taken = measures[i]();
                if (round >= 0)
                    seconds[i][round] = taken;
            }
        return seconds;
    }

    /// <summary>Seconds of one action, once.</summary>
    public static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    public static double Median(IReadOnlyCollection<double> values) => Quantile(values, 0.5);

    /// <summary>The value below which a share of all values lies, between the two nearest ones.</summary>
    public static double Quantile(IReadOnlyCollection<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        var place = share * (sorted.Length - 1);
        var (below, above) = (sorted[(int)place], sorted[(int)Math.Ceiling(place)]);
        return below + (above - below) * (place - (int)place);
    }
}
