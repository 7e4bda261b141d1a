using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Empir.Native;

namespace Empir.CommandLine.Measuring;

/// <summary>What figures were measured on.</summary>
/// <param name="Processor">The processor's own name.</param>
/// <param name="Cores">Cores this process may use.</param>
/// <param name="System">Operating system and architecture.</param>
/// <param name="Framework">.NET's version.</param>
/// <param name="Libtorch">libtorch's version; null if it is not loaded.</param>
/// <param name="Empir">Empir's version.</param>
/// <param name="Load">Processes that wanted to run in the last minute; null where the system does not tell.</param>
internal sealed record Machine(string Processor, int Cores, string System, string Framework, string? Libtorch, string Empir, double? Load)
{
    /// <summary>The machine without libtorch.</summary>
    public static Machine Here => new(
        Name(), Environment.ProcessorCount, $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}",
        RuntimeInformation.FrameworkDescription, null,
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown", LoadNow());

    /// <summary>The machine with libtorch, which is loaded.</summary>
    public static Machine WithTorch()
    {
        NativeLibraries.EnsureLoaded();
        return Here with { Libtorch = NativeLibraries.Report.TorchVersion };
    }

    /// <summary>In words.</summary>
    [JsonIgnore]
    public string Text => FormattableString.Invariant($"{System}, {Cores} cores ({Processor}); {Framework}{(Libtorch is null ? "" : $", libtorch {Libtorch}")}");

    /// <summary>A sentence where somebody else's work makes every figure larger, else nothing.</summary>
    [JsonIgnore]
    public string LoadText => Load is >= 1.5 and var load
        ? FormattableString.Invariant($" The machine was busy with other work (load {load:F1} at the start), which makes times longer.")
        : "";

    private static double? LoadNow()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file) ? double.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture) : null;
    }

    private static string Name() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? "unknown"
        : "unknown";
}
