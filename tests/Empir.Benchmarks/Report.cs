using System.Globalization;
using System.Runtime.InteropServices;
using Empir.Files;
using Empir.Native;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>A group of measurements as Markdown, alone or between the marks of a file.</summary>
internal sealed class Report
{
    private readonly Func<string> machine;
    private readonly Func<IEnumerable<string>>[] tables;

    private Report(string name, Func<string> machine, params Func<IEnumerable<string>>[] tables) =>
        (Name, this.machine, this.tables) = (name, machine, tables);

    public static Report[] All { get; } =
    [
        new("runtime", MachineWithTorch, TrainingBenchmark.Run, AllocatorBenchmark.Run, StartupBenchmark.Run),
        new("attacks", MachineWithTorch, AttackBenchmark.Run, AutoAttackBenchmark.Run),
        new("adaptive", MachineWithTorch, AdaptiveBenchmark.Run),
        new("generator", Machine, GeneratorBenchmark.Run, CompilerBenchmark.Run),
    ];

    /// <summary>The name by which it is asked for, and between whose marks it is written.</summary>
    public string Name { get; }

    /// <summary>Measures; every line as soon as it is known.</summary>
    public IEnumerable<string> Run()
    {
        var load = Load();
        yield return $"{machine()}. Medians of alternating rounds; compare ratios, not seconds.{load}";
        foreach (var table in tables)
        {
            yield return "";
            foreach (var line in table())
                yield return line;
        }
    }

    public void WriteInto(string path)
    {
        var block = new MarkedBlock(Name);
        block.Check(path);
        block.Write(path, string.Concat(Run().Select(line => line + "\n")));
    }

    private static string Machine() => FormattableString.Invariant(
        $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores ({Processor()}); {RuntimeInformation.FrameworkDescription}");

    private static string MachineWithTorch()
    {
        NativeLibraries.EnsureLoaded();
        return FormattableString.Invariant($"{Machine()}, libtorch {NativeLibraries.Report.TorchVersion}, {get_num_threads()} threads");
    }

    // Somebody else's work makes every figure larger, so the page says when there was any.
    private static string Load()
    {
        const string file = "/proc/loadavg";
        if (!File.Exists(file))
            return "";
        var load = double.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture);
        return load < 1.5 ? "" : FormattableString.Invariant($" The machine was busy with other work (load {load:F1} at the start), which makes times longer.");
    }

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? "unknown"
        : "unknown";
}
