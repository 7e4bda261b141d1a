using Empir.Files;
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
        new("memory", MachineWithTorch, TrainingMemoryBenchmark.Run),
        new("attacks", MachineWithTorch, AttackBenchmark.Run, AutoAttackBenchmark.Run),
        new("adaptive", MachineWithTorch, AdaptiveBenchmark.Run),
        new("packed", MachineWithTorch, PackedBenchmark.Run),
        new("bands", MachineWithTorch, BandBenchmark.Run),
        new("cold", () => Machine.Here.Text, ColdStartBenchmark.Run),
        new("generator", () => Machine.Here.Text, GeneratorBenchmark.Run, CompilerBenchmark.Run),
    ];

    /// <summary>The name by which it is asked for, and between whose marks it is written.</summary>
    public string Name { get; }

    /// <summary>Measures; every line as soon as it is known.</summary>
    public IEnumerable<string> Run()
    {
        var load = Machine.Here.LoadText;
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

    private static string MachineWithTorch() => FormattableString.Invariant($"{Machine.WithTorch().Text}, {get_num_threads()} threads");
}
