using System.Diagnostics;
using System.Globalization;
using Empir.Formats;
using Empir.Packed;
using Empir.Specs;
using TorchSharp;

namespace Empir.CommandLine.Measuring;

/// <summary>What a bench measures in processes of their own. Answers are numbers, a line each.</summary>
internal static class BenchChild
{
    /// <summary>The word by which a program is asked to be one; ensemble, folder and job follow.</summary>
    public const string Word = "bench-child";

    /// <summary>Rounds of the full-precision member as the parent asks for them: threads, batch and images on a line, seconds back.</summary>
    public const string Rounds = "rounds";

    /// <summary>A prediction with the pack alone, and the process's peak of memory in MiB.</summary>
    public const string PackedMemory = "packed-memory";

    /// <summary>The same with the full-precision member in TorchSharp.</summary>
    public const string TorchMemory = "torch-memory";

    // What a prediction process is asked at once.
    private const int Batch = 128;

    /// <summary>Does the job.</summary>
    public static void Run(EnsembleSpec spec, BenchFolder folder, string job, TextReader orders, TextWriter answers)
    {
        if (job == Rounds)
            TorchChild.Serve(spec, folder, orders, answers);
        else
        {
            if (job == PackedMemory)
                Predict(folder);
            else
                TorchChild.Predict(spec, folder, Batch);
            answers.WriteLine((PeakMemory.OfThisProcess ?? 0).ToString("R", CultureInfo.InvariantCulture));
        }
    }

    // Nothing here or below touches TorchSharp.
    private static void Predict(BenchFolder folder)
    {
        using var packed = PackedEnsemble.Load(folder.Pack, new() { Threads = 1 });
        var images = folder.ReadImages();
        var pixels = packed.Model.Input.Channels * packed.Model.Input.Height * packed.Model.Input.Width;
        var count = Math.Min(Batch, images.Length / pixels);
        packed.Predict(images.AsSpan(0, count * pixels), new int[count]);
    }
}

/// <summary>The jobs with TorchSharp, apart so that the other ones do not load it.</summary>
internal static class TorchChild
{
    public static void Serve(EnsembleSpec spec, BenchFolder folder, TextReader orders, TextWriter answers)
    {
        using var ensemble = spec.Create();
        var member = ensemble.Members.First(one => one.Card.IsFullPrecision);
        StateDict.Read(folder.Weights, member);
        using var run = new TorchRun(folder.ReadImages(), member.Card.Input);
        while (orders.ReadLine() is { Length: > 0 } order)
        {
            int[] numbers = [.. order.Split(' ').Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
            torch.set_num_threads(numbers[0]);
            answers.WriteLine(Timing.Seconds(() => run.Member(member, numbers[2], numbers[1])).ToString("R", CultureInfo.InvariantCulture));
            answers.Flush();
        }
    }

    public static void Predict(EnsembleSpec spec, BenchFolder folder, int batch)
    {
        using var ensemble = spec.Create();
        var member = ensemble.Members.First(one => one.Card.IsFullPrecision);
        foreach (var other in ensemble.Members.Where(one => one != member))
            other.Dispose();
        StateDict.Read(folder.Weights, member);
        torch.set_num_threads(1);
        var images = folder.ReadImages();
        using var run = new TorchRun(images, member.Card.Input);
        run.Member(member, Math.Min(batch, images.Length / (member.Card.Input.Channels * member.Card.Input.Height * member.Card.Input.Width)), batch);
    }
}

/// <summary>A child that measures a round whenever it is asked.</summary>
internal sealed class RoundsProcess : IDisposable
{
    private readonly Process process;

    public RoundsProcess(IReadOnlyList<string> command, EnsembleSpec spec, BenchFolder folder) =>
        process = SelfProcess.Start(command, [BenchChild.Word, spec.Name, folder.Path, BenchChild.Rounds], malloc: "default");

    /// <summary>Seconds of one round.</summary>
    public double Round(int threads, int batch, int images)
    {
        process.StandardInput.WriteLine(FormattableString.Invariant($"{threads} {batch} {images}"));
        return process.StandardOutput.ReadLine() is { } seconds
            ? double.Parse(seconds, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("The process that measures without allocator tuning has ended.");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            process.Kill();
        process.Dispose();
    }
}
