using System.Runtime.InteropServices;

namespace Empir.Packed.Tests;

/// <summary>
/// Zeroed memory that begins at a multiple of 64 bytes and ends, to within 63 bytes, at a page that nobody may touch: reading or writing
/// behind it ends the test process. On systems other than Linux nothing guards it.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ReadWrite = 3, None = 0, PrivateAnonymous = 0x22;

    private readonly byte* pages;
    private readonly nuint guarded;

    public GuardedMemory(long bytes)
    {
        var whole = (nuint)((bytes + 63) & ~63L);
        if (!OperatingSystem.IsLinux())
        {
            pages = (byte*)NativeMemory.AlignedAlloc(whole, 64);
            NativeMemory.Clear(pages, whole);
            Memory = pages;
            return;
        }
        var page = (nuint)Environment.SystemPageSize;
        guarded = (whole + page - 1) / page * page;
        pages = (byte*)Map(0, guarded + page, ReadWrite, PrivateAnonymous, -1, 0);
        if ((nint)pages == -1 || Protect((nint)(pages + guarded), page, None) != 0)
            throw new InvalidOperationException("No guarded pages.");
        Memory = pages + guarded - whole;
    }

    public byte* Memory { get; }

    public void Dispose()
    {
        if (guarded == 0)
            NativeMemory.AlignedFree(pages);
        else
            _ = Unmap((nint)pages, guarded + (nuint)Environment.SystemPageSize);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
