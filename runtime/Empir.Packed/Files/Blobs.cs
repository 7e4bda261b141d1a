using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Empir.Packed.Files;

/// <summary>The arrays of a file, in the order in which its header names them, each at a multiple of 8 bytes, little-endian.</summary>
/// <param name="reader">What they are read from; null for writing.</param>
/// <param name="length">Bytes of all of them; for writing, of as many as are kept.</param>
internal sealed class Blobs(ChecksumReader? reader = null, long length = 0)
{
    private long position;

    private readonly ArrayBufferWriter<byte> written = new();

    /// <summary>What was added, unless it is more than is kept.</summary>
    public ReadOnlySpan<byte> Written => written.WrittenSpan;

    /// <summary>Bytes of what was added.</summary>
    public long Length => position;

    /// <summary>Adds an array and returns where it lies.</summary>
    public long Add<T>(T[] values) where T : unmanaged
    {
        var offset = position;
        position += (((long)values.Length * Unsafe.SizeOf<T>()) + 7) & ~7L;
        if (position > length)
            return offset;
        written.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        written.Write(stackalloc byte[-written.WrittenCount & 7]);
        return offset;
    }

    /// <summary>Reads an array; what lies before it, and was not read, belongs to none.</summary>
    /// <exception cref="JsonException">It does not lie in the file, or not behind the arrays before it.</exception>
    public T[] Read<T>(long offset, long count) where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        if (offset < position || count < 0 || offset % 8 != 0 || offset > length || count > (length - offset) / size)
            throw new JsonException($"An array of {count} values at {offset} does not lie in the file behind those before it");
        var values = GC.AllocateUninitializedArray<T>((int)count);
        reader!.Skip(offset - position);
        reader.Read(MemoryMarshal.AsBytes(values.AsSpan()));
        position = offset + (count * size);
        return values;
    }

    /// <summary>Reads what is left.</summary>
    public void Finish()
    {
        reader!.Skip(length - position);
        position = length;
    }
}

/// <summary>An array in the header: <c>[offset, count]</c>.</summary>
internal sealed class BlobConverter<T>(Blobs blobs) : JsonConverter<T[]> where T : unmanaged
{
    public override T[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("An array is written as [offset, count]");
        var (offset, count) = (Number(ref reader), Number(ref reader));
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            throw new JsonException("An array is written as [offset, count]");
        return blobs.Read<T>(offset, count);
    }

    public override void Write(Utf8JsonWriter writer, T[] value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(blobs.Add(value));
        writer.WriteNumberValue(value.Length);
        writer.WriteEndArray();
    }

    private static long Number(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
            ? number
            : throw new JsonException("An array is written as [offset, count]");
}
