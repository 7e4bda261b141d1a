using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Empir.Packed.Kernels;

/// <summary>Eight bytes of an array as one number, the first one lowest.</summary>
internal static class EightBytes
{
    /// <summary>Those from some place on; beyond the end there are zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong At(ReadOnlySpan<byte> bytes, int place) =>
        place <= bytes.Length - sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[place..]) : Last(bytes[place..]);

    /// <summary>The lowest bit of each, side by side.</summary>
    // Byte i's is bit 56 + i of the product, and nothing is carried there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte LowestBits(ulong bytes) => (byte)((bytes & 0x0101_0101_0101_0101UL) * 0x0102_0408_1020_4080UL >> 56);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Last(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var i = 0; i < bytes.Length; i++)
            value |= (ulong)bytes[i] << (8 * i);
        return value;
    }
}
