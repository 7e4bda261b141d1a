using System.Diagnostics;
using System.Text;
using Empir.Data;
using static System.FormattableString;
using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>
/// A whole process of the native sample, from its start to its end with one class, a test image at a time, with the trained
/// ensembles that lie in the repository; in turn with the same process that only says how it is used.
/// </summary>
internal static class ColdStartBenchmark
{
    private const int Images = 30;

    /// <summary>The published examples/PackedSample; null where none was named.</summary>
    public static string? Sample { get; set; }

    public static IEnumerable<string> Run()
    {
        if (Sample is null)
        {
            yield return "The cold start of the native sample was not measured: `--sample` did not name a published examples/PackedSample.";
            yield break;
        }
        List<string> left = [];
        var folder = Directory.CreateTempSubdirectory("empir-cold-start-").FullName;
        try
        {
            List<(string Words, Func<int, double> Seconds)> processes = [("without a model: it says how it is used", _ => Seconds([], exitCode: 2))];
            foreach (var spec in PackedBenchmark.Specs)
            {
                var pack = Path.Combine("examples", "Zoo", "Trained", spec.Name, $"{spec.Name}.empirpack");
                if (!File.Exists(pack))
                    continue;
                var images = Write(spec.Training.Dataset, folder);
                if (images.Count > 0)
                    processes.Add(($"{spec.Name}, the class of one image", image => Seconds([pack, images[image]], exitCode: 0)));
                else
                    left.Add($"{spec.Name} is left out: its data is not there.");
            }
            var rounds = new int[processes.Count];
            var seconds = Timing.Rounds(Images, 2, [.. processes.Select((process, i) => (Func<double>)(() => process.Seconds(rounds[i]++ % Images)))]);
            yield return "| native sample, a process from start to end | milliseconds (middle half) | ratio |";
            yield return "|---|---|---|";
            foreach (var ((words, _), own) in processes.Zip(seconds))
                yield return Invariant($"| {words} | {Milliseconds.Of(own)} | {Timing.Median([.. own.Zip(seconds[0], (with, without) => with / without)]):F1} |");
            foreach (var line in left)
                yield return line;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The first test images as PGM or PPM; none where the data is not there.
    private static List<string> Write(string dataset, string folder)
    {
        try
        {
            using var data = DatasetCatalogue.Default.Load(dataset, new DatasetLocation());
            var (images, labels) = data.Test.Range(0, Images, CPU);
            using var x = images;
            using var y = labels;
            using var bytes = images.mul(255).round().to_type(ScalarType.Byte).permute(0, 2, 3, 1).contiguous();
            var pixels = bytes.data<byte>().ToArray().Chunk((int)(bytes.numel() / Images));
            var header = Encoding.ASCII.GetBytes(Invariant($"P{(bytes.shape[3] == 1 ? 5 : 6)}\n{bytes.shape[2]} {bytes.shape[1]}\n255\n"));
            return [.. pixels.Select((image, i) => Saved(i, image))];

            string Saved(int i, byte[] image)
            {
                var path = Path.Combine(folder, Invariant($"{dataset}-{i}.pnm"));
                File.WriteAllBytes(path, [.. header, .. image]);
                return path;
            }
        }
        catch (MissingDataException)
        {
            return [];
        }
    }

    private static double Seconds(string[] arguments, int exitCode)
    {
        var start = new ProcessStartInfo(Sample!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Timing.Seconds(() =>
        {
            using var process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != exitCode)
                throw new InvalidOperationException($"{Sample} {string.Join(' ', arguments)} ended with {process.ExitCode}: {process.StandardError.ReadToEnd().Trim()}");
        });
    }
}
