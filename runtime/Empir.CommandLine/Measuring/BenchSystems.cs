namespace Empir.CommandLine.Measuring;

/// <summary>The names of what is timed.</summary>
internal static class BenchSystems
{
    /// <summary>The full-precision member in TorchSharp, as Empir starts it: what everything is compared with.</summary>
    public const string TorchFull = "torch_full";

    /// <summary>The same in a process whose memory allocator is left alone.</summary>
    public const string TorchFullDefaultMalloc = "torch_full_default_malloc";

    /// <summary>The whole ensemble in TorchSharp.</summary>
    public const string TorchEnsemble = "torch_ensemble";

    /// <summary>The packed ensemble, every member on every image.</summary>
    public const string AllMembers = "packed_all_members";

    /// <summary>The packed ensemble, members asked only where they can matter.</summary>
    public const string Lazy = "packed_lazy";

    /// <summary>A member packed alone.</summary>
    public static string Packed(string member) => $"packed_{member}_alone";

    /// <summary>In words.</summary>
    public static string Words(string system) => system switch
    {
        TorchFull => "TorchSharp: full-precision member",
        TorchFullDefaultMalloc => "TorchSharp: the same, glibc's own allocator settings",
        TorchEnsemble => "TorchSharp: whole ensemble",
        AllMembers => "packed: whole ensemble, all members always",
        Lazy => "packed: whole ensemble, lazy vote",
        _ => $"packed: {system["packed_".Length..^"_alone".Length]} alone",
    };
}
