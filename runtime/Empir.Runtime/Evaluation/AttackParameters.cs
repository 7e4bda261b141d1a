using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Empir.Attacks;
using Empir.Formats;
using Empir.Surfaces;

namespace Empir.Evaluation;

/// <summary>An attack's hyper-parameters as JSON under their own names: an attack inside another with its name, a surface as its name.</summary>
internal static class AttackParameters
{
    private static readonly JsonSerializerOptions Options = new(MachineJson.Options)
    {
        Converters = { new PartConverter(), new SurfaceConverter() },
    };

    public static JsonObject Of(Attack attack)
    {
        var parameters = JsonSerializer.SerializeToNode(attack, attack.GetType(), Options)!.AsObject();
        foreach (var fact in new[] { "name", "norm", "gradient_steps" })
            parameters.Remove(fact);
        return parameters;
    }

    // By the declared type alone: a derived one is written by its properties.
    private sealed class PartConverter : JsonConverter<Attack>
    {
        public override Attack Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Attack value, JsonSerializerOptions options)
        {
            var part = Of(value);
            part.Insert(0, "name", value.Name);
            part.WriteTo(writer);
        }
    }

    private sealed class SurfaceConverter : JsonConverter<Surface>
    {
        public override Surface Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Surface value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
    }
}
