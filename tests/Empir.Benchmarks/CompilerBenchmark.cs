using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Empir.Generator;
using YamlDotNet.Core;

namespace Empir.Benchmarks;

/// <summary>
/// The generator in the SDK's own compiler, started anew for every run, so that everything is loaded and compiled to machine
/// code first; its time is what the compiler reports (<c>/reportanalyzer</c>).
/// </summary>
internal static partial class CompilerBenchmark
{
    private const int Rounds = 7, BuildRounds = 3;
    private const double MillisecondsForOneSpec = 100;

    public static IEnumerable<string> Run()
    {
        yield return "The generator in a fresh compiler process (`/reportanalyzer`), just-in-time compilation included; the baseline is that process as a whole";
        yield return "on an empty program without a generator. In `dotnet build` of the zoo: the same report out of a full rebuild of that project alone, without";
        yield return "a compiler server (`--no-incremental --no-dependencies -p:ReportAnalyzer=true -p:UseSharedCompilation=false`).";
        yield return "";
        yield return "| run | specs | generator, ms | baseline | its ms | ratio | goal |";
        yield return "|---|---|---|---|---|---|---|";
        foreach (var specs in new[] { 1, 50, 200 })
        {
            var (generator, without) = Compile(specs);
            yield return Row("fresh compiler", specs, generator, "compiler without it", without, specs == 1 ? MillisecondsForOneSpec : null);
        }
        var (share, whole) = Build();
        yield return Row("`dotnet build examples/Zoo`", Directory.GetFiles("specs", "*.empir.yaml", SearchOption.AllDirectories).Length, share, "the whole build", whole, null);
    }

    private static (double[] Generator, double[] Without) Compile(int specs)
    {
        var folder = Directory.CreateTempSubdirectory("empir-compile-").FullName;
        try
        {
            var (generator, without) = (new List<double>(), new List<double>());
            Write(folder, specs);
            for (var round = -1; round < Rounds; round++)
            {
                var with = Process("exec", Compiler, $"@{Path.Combine(folder, "with.rsp")}");
                var bare = Process("exec", Compiler, $"@{Path.Combine(folder, "without.rsp")}");
                if (round < 0)
                    continue;
                generator.Add(Reported(with.Output));
                without.Add(bare.Seconds);
            }
            return ([.. generator], [.. without]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double[] Generator, double[] Whole) Build()
    {
        var (generator, whole) = (new List<double>(), new List<double>());
        for (var round = -1; round < BuildRounds; round++)
        {
            var build = Process(
                "build", "examples/Zoo", "-c", "Release", "--no-restore", "--no-dependencies", "--no-incremental",
                "-p:ReportAnalyzer=true", "-p:UseSharedCompilation=false", "-v:detailed");
            if (round < 0)
                continue;
            generator.Add(Reported(build.Output));
            whole.Add(build.Seconds);
        }
        return ([.. generator], [.. whole]);
    }

    // What MSBuild would pass the compiler; the generated code is not compiled against anything, since only the generator counts.
    private static void Write(string folder, int specs)
    {
        var paths = Enumerable.Range(0, specs).Select(number => Path.Combine(folder, $"bench{number}.empir.yaml")).ToArray();
        for (var number = 0; number < specs; number++)
            File.WriteAllText(paths[number], BenchmarkSpecs.Of(number));
        var (program, config) = (Path.Combine(folder, "Program.cs"), Path.Combine(folder, "specs.globalconfig"));
        File.WriteAllText(program, "class Program { static void Main() { } }");
        File.WriteAllLines(config,
            [
                "is_global = true", "build_property.RootNamespace = Benchmarks", $"build_property.MSBuildProjectDirectory = {folder}",
                .. paths.SelectMany(path => new[] { $"[{path}]", "build_metadata.AdditionalFiles.SourceItemType = EmpirSpec" }),
            ]);
        string[] common = ["/noconfig", "/nostdlib", "/reportanalyzer", $"/r:\"{typeof(object).Assembly.Location}\"", $"/out:\"{Path.Combine(folder, "Program.dll")}\"", $"\"{program}\""];
        File.WriteAllLines(Path.Combine(folder, "without.rsp"), common);
        File.WriteAllLines(Path.Combine(folder, "with.rsp"),
            [
                .. common, $"/analyzer:\"{typeof(EmpirGenerator).Assembly.Location}\"", $"/analyzer:\"{typeof(Parser).Assembly.Location}\"",
                $"/analyzerconfig:\"{config}\"", .. paths.Select(path => $"/additionalfile:\"{path}\""),
            ]);
    }

    private static (double Seconds, string Output) Process(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        // A build node left behind would keep the output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        var watch = Stopwatch.StartNew();
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (watch.Elapsed.TotalSeconds, output);
    }

    private static double Reported(string output)
    {
        var line = ReportLine().Match(output);
        return line.Success
            ? double.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The compiler reported no time for the generator:\n{output}");
    }

    private static string Row(string run, int specs, double[] generator, string baseline, double[] whole, double? goal)
    {
        var (median, all) = (Timing.Median(generator), Timing.Median(whole));
        return FormattableString.Invariant($"| {run} | {specs} | {Milliseconds.Of(generator)} | {baseline} | {Milliseconds.Of(whole)} | {median / all:F2} | {Milliseconds.Goal(median, goal)} |");
    }

    private static string Compiler { get; } = typeof(CompilerBenchmark).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Compiler").Value!;

    [GeneratedRegex(@"^\s*([\d.]+)\s+\d+\s+Empir\.Generator\.EmpirGenerator", RegexOptions.Multiline)]
    private static partial Regex ReportLine();
}
