using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using Empir.Packed.Files;

namespace Empir.Packed;

/// <summary>
/// Reads and writes <c>.empirpack</c>. All numbers are little-endian: 8 bytes <c>EMPIRPCK</c>, a 32-bit version, the 32-bit
/// length of the header, the 64-bit length of the arrays; the header, JSON in UTF-8; the arrays, each at a multiple of 8 bytes
/// from their beginning; the CRC-32C of everything before it.
/// </summary>
public static class PackedFile
{
    /// <summary>The version this assembly writes, and the only one it reads.</summary>
    public const int Version = 1;

    private const int Prefix = 24;
    private const int Checksum = 4;

    private static ReadOnlySpan<byte> Magic => "EMPIRPCK"u8;

    /// <summary>Writes a file; an existing one is replaced as a whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The ensemble.</param>
    /// <exception cref="ArgumentException">The model contradicts itself.</exception>
    public static void Write(string path, PackedModel model)
    {
        var bytes = ToBytes(model);
        var unfinished = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(unfinished, bytes);
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PackedFileException">It is no packed file, of another version, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PackedModel Read(string path) => FromBytes(File.ReadAllBytes(path), path);

    /// <summary>A file's content.</summary>
    /// <param name="model">The ensemble.</param>
    /// <exception cref="ArgumentException">The model contradicts itself.</exception>
    public static byte[] ToBytes(PackedModel model)
    {
        if (ModelCheck.Problem(model) is { } problem)
            throw new ArgumentException($"{model.Name} cannot be packed: {problem}.", nameof(model));
        var blobs = new Blobs(default);
        var header = JsonSerializer.SerializeToUtf8Bytes(model, PackedJson.With(blobs).PackedModel);
        var bytes = new byte[Prefix + header.Length + blobs.Written.Length + Checksum];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), header.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), blobs.Written.Length);
        header.CopyTo(bytes.AsSpan(Prefix));
        blobs.Written.CopyTo(bytes.AsSpan(Prefix + header.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - Checksum), Crc(bytes.AsSpan(0, bytes.Length - Checksum)));
        return bytes;
    }

    /// <summary>A model from a file's content.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="PackedFileException">It is no packed file, of another version, or damaged.</exception>
    public static PackedModel FromBytes(ReadOnlyMemory<byte> bytes, string path = "The file")
    {
        var span = bytes.Span;
        if (span.Length < Prefix + Checksum || !span.StartsWith(Magic))
            throw new PackedFileException($"{path} is not a packed ensemble; make one with 'zoo pack'.");
        if (BinaryPrimitives.ReadInt32LittleEndian(span[8..]) is var version and not Version)
            throw new PackedFileException($"{path} has version {version} of the format, and this Empir reads version {Version}; pack it again.");
        var header = BinaryPrimitives.ReadUInt32LittleEndian(span[12..]);
        var arrays = BinaryPrimitives.ReadUInt64LittleEndian(span[16..]);
        if (arrays > int.MaxValue || Prefix + header + (long)arrays + Checksum != span.Length)
            throw PackedFileException.Damaged(path, $"it has {span.Length} bytes and should have {(decimal)Prefix + header + arrays + Checksum}");
        if (BinaryPrimitives.ReadUInt32LittleEndian(span[^Checksum..]) != Crc(span[..^Checksum]))
            throw PackedFileException.Damaged(path, "its checksum is wrong");
        try
        {
            var blobs = new Blobs(bytes.Slice(Prefix + (int)header, (int)arrays));
            var model = JsonSerializer.Deserialize(span.Slice(Prefix, (int)header), PackedJson.With(blobs).PackedModel);
            return model is null
                ? throw PackedFileException.Damaged(path, "its header is empty")
                : ModelCheck.Problem(model) is { } problem ? throw PackedFileException.Damaged(path, problem) : model;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            // NotSupportedException: a layer without a type; InvalidOperationException: a string that is not valid UTF-16.
            throw PackedFileException.Damaged(path, $"its header is not the JSON it should be ({error.Message})", error);
        }
    }

    /// <summary>CRC-32C (Castagnoli), which finds every change of up to 32 neighbouring bits.</summary>
    internal static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
