using System.Text.Json;
using System.Text.Json.Serialization;

namespace Empir.CommandLine.Rendering;

/// <summary>How every result looks to machines: snake_case, indented, one trailing line end, like evaluation.json.</summary>
internal static class MachineJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";
}
