using System.Text.Json;
using System.Text.Json.Serialization;

namespace Empir.Packed.Files;

/// <summary>The header's JSON, from and to records without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PackedModel))]
internal sealed partial class PackedJson : JsonSerializerContext
{
    /// <summary>The context whose arrays lie in <paramref name="blobs" /> and not in the JSON.</summary>
    public static PackedJson With(Blobs blobs) => new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 16,
        Converters =
        {
            new BlobConverter<byte>(blobs), new BlobConverter<float>(blobs), new BlobConverter<double>(blobs),
            new JsonStringEnumConverter<PackedRule>(JsonNamingPolicy.SnakeCaseLower), new JsonStringEnumConverter<PackedPadMode>(JsonNamingPolicy.SnakeCaseLower),
        },
    });
}
