using System.Globalization;

namespace Empir.CommandLine.Measuring;

/// <summary>The most memory this process held at once, as Linux counts it.</summary>
internal static class PeakMemory
{
    private const string Status = "/proc/self/status";

    /// <summary>MiB resident at most since the process began; null where the system does not tell.</summary>
    public static double? OfThisProcess => File.Exists(Status) ? Mebibytes("VmHWM:") : null;

    private static double Mebibytes(string key) =>
        double.Parse(File.ReadLines(Status).First(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..^2], CultureInfo.InvariantCulture) / 1024;
}
