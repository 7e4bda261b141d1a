using System.Globalization;

namespace Empir.CommandLine.Measuring;

/// <summary>The most memory this process held at once, as Linux counts it; a count that can be started anew.</summary>
internal static class PeakMemory
{
    private const string Reset = "/proc/self/clear_refs", Status = "/proc/self/status";

    /// <summary>MiB resident at most while the action runs, above what was resident before it; null, an empty cell, where the system does not tell.</summary>
    public static double? Above(Action action)
    {
        if (!File.Exists(Reset))
            return null;
        GC.Collect();
        File.WriteAllText(Reset, "5");
        var before = Mebibytes("VmRSS:");
        action();
        return Mebibytes("VmHWM:") - before;
    }

    /// <summary>MiB resident at most since the process began; null where the system does not tell.</summary>
    public static double? OfThisProcess => File.Exists(Status) ? Mebibytes("VmHWM:") : null;

    private static double Mebibytes(string key) =>
        double.Parse(File.ReadLines(Status).First(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..^2], CultureInfo.InvariantCulture) / 1024;
}
