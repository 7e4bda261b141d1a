using System.Text.Json;
using System.Text.Json.Serialization;

namespace Empir.Formats;

/// <summary>How every result looks to machines: snake_case, indented, infinities by name, one trailing line end.</summary>
public static class MachineJson
{
    internal static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>A value as text.</summary>
    /// <param name="value">A record of plain facts.</param>
    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";
}
