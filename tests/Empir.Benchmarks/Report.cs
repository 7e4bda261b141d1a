using System.Runtime.InteropServices;
using System.Text;
using Empir.Files;
using Empir.Native;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>All measurements as Markdown, alone or between the marks of a file.</summary>
internal static class Report
{
    private const string Begin = "<!-- measured: begin -->", End = "<!-- measured: end -->";

    public static string Run()
    {
        NativeLibraries.EnsureLoaded();
        var text = new StringBuilder();
        text.AppendLine(FormattableString.Invariant($"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores ({Processor()}), {get_num_threads()} threads; {RuntimeInformation.FrameworkDescription}, libtorch {NativeLibraries.Report.TorchVersion}. Medians of alternating rounds; compare ratios, not seconds."));
        foreach (var section in new[] { TrainingBenchmark.Run(), AttackBenchmark.Run(), AllocatorBenchmark.Run(), StartupBenchmark.Run() })
        {
            text.AppendLine();
            foreach (var line in section)
                text.AppendLine(line);
        }
        return text.ToString();
    }

    public static void WriteInto(string path)
    {
        var page = File.ReadAllText(path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new UserErrorException($"{path} has no lines '{Begin}' and '{End}' to write between.");
        var written = $"{page[..(begin + Begin.Length)]}\n{Run()}{page[end..]}";
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(written)));
    }

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? "unknown"
        : "unknown";
}
