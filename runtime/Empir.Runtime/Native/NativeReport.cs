using System.Globalization;

namespace Empir.Native;

/// <summary>What was found, chosen and done to load libtorch, as <c>doctor</c> prints it.</summary>
public sealed record NativeReport
{
    /// <summary>The platform, such as <c>linux-x64</c>, and its system.</summary>
    public required string Platform { get; init; }

    /// <summary>libtorch's folder; null where TorchSharp itself looks for it.</summary>
    public string? LibtorchFolder { get; init; }

    /// <summary>Why this folder.</summary>
    public string? LibtorchReason { get; init; }

    /// <summary>TorchSharp's own wrapper library; never changed.</summary>
    public string? Wrapper { get; init; }

    /// <summary>The corrected copy that is loaded instead; null where the original will do.</summary>
    public string? CorrectedCopy { get; init; }

    /// <summary>Why the wrapper is used as it is, or why not.</summary>
    public string? Correction { get; init; }

    /// <summary>libtorch's version; null if it is not loaded.</summary>
    public string? TorchVersion { get; init; }

    /// <summary>What was done to the memory allocator.</summary>
    public required string Allocator { get; init; }

    /// <summary>What OpenMP's threads do while they wait for each other.</summary>
    public required string WaitingThreads { get; init; }

    /// <summary>Why libtorch is not loaded, in one line; null if it is.</summary>
    public string? Failure { get; init; }

    /// <summary>Threads that one operation uses; 0 if libtorch is not loaded.</summary>
    public int Threads => Failure is null ? torch.get_num_threads() : 0;

    /// <summary>The devices that can be asked for.</summary>
    public IReadOnlyList<string> Devices =>
        Failure is not null ? []
        : torch.cuda.is_available() ? ["cpu", .. Enumerable.Range(0, torch.cuda.device_count()).Select(i => $"cuda:{i}")]
        : ["cpu"];

    /// <summary>The report, a subject and its facts to a line.</summary>
    public IReadOnlyList<(string Subject, string Facts)> Lines
    {
        get
        {
            List<(string, string)> lines = [("platform", Platform)];
            Add("libtorch", LibtorchFolder is null ? null : $"{LibtorchFolder} ({LibtorchReason})");
            Add("version", TorchVersion);
            Add("wrapper", Wrapper);
            Add("correction", Correction);
            Add("corrected copy", CorrectedCopy);
            Add("allocator", Allocator);
            Add("waiting threads", WaitingThreads);
            Add("failure", Failure);
            if (Failure is null)
            {
                Add("threads", Threads.ToString(CultureInfo.InvariantCulture));
                Add("devices", string.Join(", ", Devices));
            }
            return lines;

            void Add(string subject, string? facts)
            {
                if (facts is not null)
                    lines.Add((subject, facts));
            }
        }
    }
}
