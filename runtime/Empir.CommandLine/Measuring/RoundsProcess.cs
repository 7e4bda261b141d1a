using System.Diagnostics;
using System.Globalization;
using Empir.Specs;

namespace Empir.CommandLine.Measuring;

/// <summary>A child that measures a round whenever it is asked.</summary>
internal sealed class RoundsProcess : IDisposable
{
    private static readonly Dictionary<string, string> GlibcsOwn = new() { ["EMPIR_MALLOC"] = "default" };

    private readonly Process process;

    public RoundsProcess(IReadOnlyList<string> command, EnsembleSpec spec, BenchFolder folder) =>
        process = SelfProcess.Start(command, [BenchChild.Word, spec.Name, folder.Path, BenchChild.Rounds], GlibcsOwn);

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
