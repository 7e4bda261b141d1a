using System.Runtime.InteropServices;

namespace Empir.Native;

/// <summary>
/// Lets glibc's allocator keep the memory of freed tensors. By default it maps each large tensor anew and unmaps it again,
/// and the kernel clears every page each time: more work, for images of 32 x 32 pixels, than the network itself.
/// </summary>
internal static partial class Allocator
{
    /// <summary>The variable that turns tuning off when it is <c>default</c>.</summary>
    public const string Variable = "EMPIR_MALLOC";

    // malloc.h: M_TRIM_THRESHOLD, of which -1 means never, and M_MMAP_MAX, the number of mapped blocks.
    private const int TrimThreshold = -1, MaximumMapped = -4;

    /// <summary>Tunes the allocator for the rest of the process and says what was done.</summary>
    public static string Tune()
    {
        if (Environment.GetEnvironmentVariable(Variable) == "default")
            return $"left alone ({Variable}=default)";
        try
        {
            // The threshold for mapping cannot be raised above 32 MiB, one layer of a small ResNet; allowing none can.
            return SetOption(MaximumMapped, 0) != 0 && SetOption(TrimThreshold, -1) != 0
                ? $"glibc keeps freed memory (no mapped blocks, no trimming; {Variable}=default leaves it alone)"
                : "left alone (glibc refused)";
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return "left alone (not glibc)";
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
