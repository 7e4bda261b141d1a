using System.Runtime.InteropServices;

namespace Empir.Packed.Kernels;

/// <summary>Zeroed memory that begins at a multiple of 64 bytes and does not move. What is never touched takes no page.</summary>
internal unsafe class AlignedMemory : SafeHandle
{
    private const int Alignment = 64;

    public AlignedMemory(long bytes) : base(0, ownsHandle: true)
    {
        handle = (nint)NativeMemory.AllocZeroed((nuint)(bytes + Alignment));
        Memory = (byte*)((handle + Alignment - 1) & -Alignment);
    }

    public override bool IsInvalid => handle == 0;

    public byte* Memory { get; }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
