using System.Buffers.Binary;
using System.Numerics;

namespace Empir.Packed.Files;

/// <summary>Reads a stream from front to back and keeps the CRC-32C of all that was read.</summary>
internal sealed class ChecksumReader(Stream stream)
{
    // What is read is still in the cache when its checksum is computed.
    private const int Piece = 64 * 1024;

    private uint crc = uint.MaxValue;

    /// <summary>CRC-32C (Castagnoli), which finds every change of up to 32 neighbouring bits.</summary>
    public uint Crc => ~crc;

    /// <summary>Reads so many bytes.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public void Read(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, Piece)];
            stream.ReadExactly(piece);
            crc = Add(crc, piece);
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Reads so many bytes that nobody wants.</summary>
    public void Skip(long count)
    {
        Span<byte> unwanted = stackalloc byte[1024];
        for (; count > 0; count -= unwanted.Length)
            Read(unwanted[..(int)Math.Min(count, unwanted.Length)]);
    }

    /// <summary>The CRC-32C of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Add(uint.MaxValue, bytes);

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return crc;
    }
}
