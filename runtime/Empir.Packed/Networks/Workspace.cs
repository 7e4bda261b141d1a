using System.Runtime.InteropServices;
using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>The memory in which one thread runs one network on a chunk of images.</summary>
internal sealed unsafe class Workspace : AlignedMemory
{
    /// <param name="bytes">Bytes of it.</param>
    /// <param name="planes">What lies in it.</param>
    /// <param name="chunk">Images of a chunk.</param>
    public Workspace(long bytes, IEnumerable<Plane> planes, int chunk) : base(bytes)
    {
        foreach (var plane in planes.Where(plane => plane.Border != 0))
            NativeMemory.Fill(Memory + plane.Offset, (nuint)plane.Bytes(chunk), plane.Border);
    }
}
