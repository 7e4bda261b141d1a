using System.Runtime.InteropServices;

namespace Empir.Packed.Networks;

/// <summary>The memory in which one thread runs one network on a chunk of images.</summary>
internal sealed unsafe class Workspace : SafeHandle
{
    private const nuint Alignment = 64;

    public Workspace(Network network) : base(0, ownsHandle: true)
    {
        handle = (nint)NativeMemory.AlignedAlloc((nuint)network.WorkspaceBytes, Alignment);
        foreach (var plane in network.Planes)
            NativeMemory.Fill((byte*)handle + plane.Offset, (nuint)((long)plane.ImageBytes * network.Chunk) + Plane.Slack, plane.Border);
    }

    public override bool IsInvalid => handle == 0;

    public byte* Memory => (byte*)handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
