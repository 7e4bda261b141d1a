using System.Runtime.InteropServices;

namespace Empir.Native;

/// <summary>
/// Lets glibc's allocator keep the memory of freed tensors. By default each large tensor is mapped and unmapped anew, and
/// the kernel must clear its pages every time.
/// </summary>
internal static partial class Allocator
{
    /// <summary>The variable that turns tuning off when it is <c>default</c>.</summary>
    public const string Variable = "EMPIR_MALLOC";

    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3;

    /// <summary>Tunes the allocator for the rest of the process and says what was done.</summary>
    public static string Tune()
    {
        if (Environment.GetEnvironmentVariable(Variable) == "default")
            return $"left alone ({Variable}=default)";
        try
        {
            return SetOption(MmapThreshold, 1 << 25) != 0 && SetOption(TrimThreshold, int.MaxValue) != 0 && SetOption(TopPad, 1 << 26) != 0
                ? "glibc keeps freed memory (mmap threshold 32 MiB, no trimming)"
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
