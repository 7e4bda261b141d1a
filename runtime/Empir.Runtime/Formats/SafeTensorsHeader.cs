using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace Empir.Formats;

/// <summary>A tensor's place in a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its shape, row-major.</param>
/// <param name="Begin">Where its bytes begin, counted from the end of the header.</param>
/// <param name="End">Where they end.</param>
internal sealed record SafeTensorsEntry(string Name, SafeTensorsType Type, long[] Shape, long Begin, long End);

/// <summary>An element type: its name in the file, TorchSharp's, and its bytes.</summary>
internal sealed record SafeTensorsType(string Name, ScalarType Scalar, int Size)
{
    /// <summary>All that are known.</summary>
    public static IReadOnlyList<SafeTensorsType> All { get; } =
    [
        new("F64", ScalarType.Float64, 8), new("F32", ScalarType.Float32, 4), new("F16", ScalarType.Float16, 2),
        new("BF16", ScalarType.BFloat16, 2), new("I64", ScalarType.Int64, 8), new("I32", ScalarType.Int32, 4),
        new("I16", ScalarType.Int16, 2), new("I8", ScalarType.Int8, 1), new("U8", ScalarType.Byte, 1),
        new("BOOL", ScalarType.Bool, 1),
    ];
}

/// <summary>The header of a safetensors file: 8 bytes of length, then JSON that says where each tensor lies.</summary>
/// <param name="Entries">The tensors, in the order of their bytes.</param>
/// <param name="Metadata">The file's own strings.</param>
/// <param name="DataStart">Where in the file the tensors' bytes begin.</param>
internal sealed record SafeTensorsHeader(
    IReadOnlyList<SafeTensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, long DataStart)
{
    // The format's own limit.
    private const int LongestHeader = 100_000_000;
    private const int MostDimensions = 64;
    private const string MetadataKey = "__metadata__";

    /// <summary>Reads and checks the header: after this every tensor lies within the file, and every byte in a tensor.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="stream">The file's content, at its start.</param>
    /// <exception cref="CorruptFileException">The header breaks a rule of the format.</exception>
    public static SafeTensorsHeader Read(string path, Stream stream)
    {
        if (stream.Length < 8)
            throw new CorruptFileException(path, "it is shorter than the 8 bytes that begin every safetensors file");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader || length > (ulong)(stream.Length - 8))
            throw new CorruptFileException(path, $"its header should have {length} bytes, more than there are or may be");
        var json = new byte[length];
        stream.ReadExactly(json);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            var header = Parse(path, document.RootElement) with { DataStart = 8 + (long)length };
            header.CheckCoverage(path, stream.Length - header.DataStart);
            return header;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-16.
            throw new CorruptFileException(path, $"its header is not the JSON it should be ({error.Message})", error);
        }
    }

    /// <summary>Lays out tensors one after another, the largest element type first, so that each is aligned to its own.</summary>
    /// <param name="tensors">Names, types and shapes.</param>
    /// <param name="metadata">The file's own strings.</param>
    public static SafeTensorsHeader Layout(
        IEnumerable<(string Name, SafeTensorsType Type, long[] Shape)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        List<SafeTensorsEntry> entries = [];
        var end = 0L;
        foreach (var (name, type, shape) in tensors.OrderByDescending(t => t.Type.Size).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            var begin = end;
            end = checked(begin + shape.Aggregate((long)type.Size, (product, n) => checked(product * n)));
            entries.Add(new SafeTensorsEntry(name, type, shape, begin, end));
        }
        return new SafeTensorsHeader(entries, metadata, DataStart: 0);
    }

    /// <summary>Writes the length and the JSON, padded so that the tensors' bytes begin at a multiple of 8.</summary>
    /// <param name="stream">The file.</param>
    public void Write(Stream stream)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (Metadata.Count > 0)
            {
                writer.WriteStartObject(MetadataKey);
                foreach (var (key, value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    writer.WriteString(key, value);
                writer.WriteEndObject();
            }
            foreach (var entry in Entries)
                WriteEntry(writer, entry);
            writer.WriteEndObject();
        }
        var padding = -json.WrittenCount & 7;
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)(json.WrittenCount + padding));
        stream.Write(prefix);
        stream.Write(json.WrittenSpan);
        stream.Write("       "u8[..padding]);
    }

    private static void WriteEntry(Utf8JsonWriter writer, SafeTensorsEntry entry)
    {
        writer.WriteStartObject(entry.Name);
        writer.WriteString("dtype", entry.Type.Name);
        writer.WriteStartArray("shape");
        foreach (var n in entry.Shape)
            writer.WriteNumberValue(n);
        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(entry.Begin);
        writer.WriteNumberValue(entry.End);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static SafeTensorsHeader Parse(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new CorruptFileException(path, "its header is not a JSON object");
        List<SafeTensorsEntry> entries = [];
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name != MetadataKey)
                entries.Add(ParseEntry(path, property.Name, property.Value));
            else if (property.Value.ValueKind != JsonValueKind.Object)
                throw new CorruptFileException(path, $"its {MetadataKey} is not a JSON object");
            else
            {
                foreach (var item in property.Value.EnumerateObject())
                {
                    metadata[item.Name] = item.Value.ValueKind == JsonValueKind.String
                        ? item.Value.GetString()!
                        : throw new CorruptFileException(path, $"its metadata '{item.Name}' is not a string");
                }
            }
        }
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        return new SafeTensorsHeader(entries, metadata, DataStart: 0);
    }

    private static SafeTensorsEntry ParseEntry(string path, string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shapeValue) || Integers(shapeValue) is not { } shape
            || !value.TryGetProperty("data_offsets", out var offsetsValue) || Integers(offsetsValue) is not [var begin, var end])
        {
            throw new CorruptFileException(path, $"tensor '{name}' lacks a dtype, a shape or a pair of data_offsets");
        }
        var type = SafeTensorsType.All.FirstOrDefault(type => dtype.ValueEquals(type.Name))
            ?? throw new CorruptFileException(path, $"tensor '{name}' has the unknown dtype '{dtype.GetString()}'");
        if (SizeInBytes(type, shape) is not { } size)
            throw new CorruptFileException(path, $"tensor '{name}' has an impossible shape");
        if (begin < 0 || end < begin || end - begin != size)
            throw new CorruptFileException(path, $"tensor '{name}' has {size} bytes by its shape, but lies from {begin} to {end}");
        return new SafeTensorsEntry(name, type, shape, begin, end);
    }

    private static long[]? Integers(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostDimensions)
            return null;
        var numbers = new long[value.GetArrayLength()];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (value[i].ValueKind != JsonValueKind.Number || !value[i].TryGetInt64(out numbers[i]))
                return null;
        }
        return numbers;
    }

    // Null if a dimension is negative or the others' product overflows, even where one dimension is 0.
    private static long? SizeInBytes(SafeTensorsType type, long[] shape)
    {
        var size = (UInt128)type.Size;
        foreach (var n in shape)
        {
            if (n < 0)
                return null;
            size *= (UInt128)Math.Max(n, 1);
            if (size > long.MaxValue)
                return null;
        }
        return shape.Contains(0) ? 0 : (long)size;
    }

    private void CheckCoverage(string path, long dataLength)
    {
        var end = 0L;
        foreach (var entry in Entries)
        {
            if (entry.Begin != end)
                throw new CorruptFileException(path, $"tensor '{entry.Name}' begins at {entry.Begin}, where {end} would follow on");
            end = entry.End;
        }
        if (end != dataLength)
            throw new CorruptFileException(path, $"its tensors need {end} bytes and it holds {dataLength}");
    }
}
