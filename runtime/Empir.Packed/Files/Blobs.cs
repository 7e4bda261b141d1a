using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Empir.Packed.Files;

/// <summary>The arrays of a file, one after another, each at a multiple of 8 bytes, little-endian.</summary>
/// <param name="content">The bytes to read from; empty for writing.</param>
internal sealed class Blobs(ReadOnlyMemory<byte> content)
{
    private readonly ArrayBufferWriter<byte> written = new();

    /// <summary>What was added.</summary>
    public ReadOnlySpan<byte> Written => written.WrittenSpan;

    /// <summary>Adds an array and returns where it lies.</summary>
    public long Add<T>(T[] values) where T : unmanaged
    {
        var offset = written.WrittenCount;
        written.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        written.Write(stackalloc byte[-written.WrittenCount & 7]);
        return offset;
    }

    /// <summary>A copy of an array.</summary>
    /// <exception cref="JsonException">It does not lie within the content.</exception>
    public T[] Read<T>(long offset, long count) where T : unmanaged
    {
        var size = Marshal.SizeOf<T>();
        if (offset < 0 || count < 0 || offset % 8 != 0 || offset > content.Length || count > (content.Length - offset) / size)
            throw new JsonException($"An array of {count} values at {offset} does not lie in the file");
        return MemoryMarshal.Cast<byte, T>(content.Span.Slice((int)offset, (int)count * size)).ToArray();
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
