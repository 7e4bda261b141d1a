using System.Runtime.InteropServices;

namespace Empir.Packed.Kernels;

/// <summary>Memory that begins at a multiple of 64 bytes and does not move.</summary>
internal sealed unsafe class AlignedMemory : SafeHandle
{
    public AlignedMemory(long bytes) : base(0, ownsHandle: true)
    {
        Bytes = bytes;
        handle = (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), 64);
        NativeMemory.Clear((void*)handle, (nuint)Math.Max(bytes, 1));
    }

    public long Bytes { get; }

    public override bool IsInvalid => handle == 0;

    public byte* Memory => (byte*)handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
