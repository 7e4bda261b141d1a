using System.Buffers.Binary;
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

    // An array takes the whole.
    private static long Largest => Array.MaxLength;

    /// <summary>Writes a file; an existing one is replaced as a whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The ensemble.</param>
    /// <exception cref="ArgumentException">The model contradicts itself, or takes more than 2 GiB.</exception>
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
    public static PackedModel Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (file.CanSeek)
            return Read(file, path);
        // A pipe.
        using var all = new MemoryStream();
        file.CopyTo(all);
        return FromBytes(all.GetBuffer().AsMemory(0, (int)all.Length), path);
    }

    /// <summary>A file's content.</summary>
    /// <param name="model">The ensemble.</param>
    /// <exception cref="ArgumentException">The model contradicts itself, or takes more than 2 GiB.</exception>
    public static byte[] ToBytes(PackedModel model) => ToBytes(model, Largest);

    /// <summary>The same with another limit than an array's.</summary>
    internal static byte[] ToBytes(PackedModel model, long largest)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (ModelCheck.Problem(model) is { } problem)
            throw new ArgumentException($"{model.Name} cannot be packed: {problem}.", nameof(model));
        var blobs = new Blobs(length: largest);
        var header = JsonSerializer.SerializeToUtf8Bytes(model, PackedJson.With(blobs).PackedModel);
        if (Prefix + header.Length + blobs.Length + Checksum is var length && length > largest)
            throw new ArgumentException(FormattableString.Invariant($"{model.Name} cannot be packed: it takes {length} bytes, more than the {largest} that a file may have."), nameof(model));
        var bytes = new byte[length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), header.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), blobs.Written.Length);
        header.CopyTo(bytes.AsSpan(Prefix));
        blobs.Written.CopyTo(bytes.AsSpan(Prefix + header.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - Checksum), ChecksumReader.Of(bytes.AsSpan(0, bytes.Length - Checksum)));
        return bytes;
    }

    /// <summary>A model from a file's content.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="PackedFileException">It is no packed file, of another version, or damaged.</exception>
    public static unsafe PackedModel FromBytes(ReadOnlyMemory<byte> bytes, string path = "The file")
    {
        using var pinned = bytes.Pin();
        using var stream = new UnmanagedMemoryStream((byte*)pinned.Pointer, bytes.Length);
        return Read(stream, path);
    }

    // Arrays are read into their places at once; the checksum is that of every byte, and decides before anything is returned.
    private static PackedModel Read(Stream stream, string path)
    {
        var reader = new ChecksumReader(stream);
        Span<byte> prefix = stackalloc byte[Prefix];
        if (stream.Length >= Prefix + Checksum)
            reader.Read(prefix);
        if (!prefix.StartsWith(Magic))
            throw new PackedFileException($"{path} is not a packed ensemble; write one by packing the ensemble.");
        if (BinaryPrimitives.ReadInt32LittleEndian(prefix[8..]) is var version and not Version)
            throw new PackedFileException($"{path} has version {version} of the format, and this Empir reads version {Version}; pack it again.");
        var headerLength = BinaryPrimitives.ReadUInt32LittleEndian(prefix[12..]);
        var arrays = BinaryPrimitives.ReadUInt64LittleEndian(prefix[16..]);
        if ((decimal)Prefix + headerLength + arrays + Checksum is var length && length != stream.Length)
            throw PackedFileException.Damaged(path, $"it has {stream.Length} bytes and should have {length}");
        if (length > Largest)
            throw new PackedFileException($"{path} has {length} bytes, more than the {Largest} that a packed file may have.");
        var header = new byte[headerLength];
        reader.Read(header);
        var blobs = new Blobs(reader, (long)arrays);
        PackedModel? model = null;
        Exception? cause = null;
        try
        {
            model = JsonSerializer.Deserialize(header, PackedJson.With(blobs).PackedModel);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            // NotSupportedException: a layer without a type; InvalidOperationException: a string that is not valid UTF-16.
            cause = error;
        }
        blobs.Finish();
        Span<byte> checksum = stackalloc byte[Checksum];
        stream.ReadExactly(checksum);
        if (BinaryPrimitives.ReadUInt32LittleEndian(checksum) != reader.Crc)
            throw PackedFileException.Damaged(path, "its checksum is wrong");
        if (cause is not null)
            throw PackedFileException.Damaged(path, $"its header is not the JSON it should be ({cause.Message})", cause);
        if (model is null)
            throw PackedFileException.Damaged(path, "its header is empty");
        return ModelCheck.Problem(model) is { } problem ? throw PackedFileException.Damaged(path, problem) : model;
    }
}
