using System.Globalization;
using Empir.Packed;
using Empir.Specs;

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
