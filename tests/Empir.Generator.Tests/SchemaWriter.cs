using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Empir.Generator.Checking;
using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Layers;

namespace Empir.Generator.Tests;

/// <summary>Writes the JSON schema of the spec language from the checker's own key tables.</summary>
internal static class SchemaWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Empir spec",
            ["description"] = "An ensemble of mixed-precision classifiers: networks, precisions, members, fusion, training and evaluation.",
        };
        foreach (var (name, value) in Section(SpecKeys.Table).ToArray())
            schema[name] = value?.DeepClone();
        return schema.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Section(KeyTable table)
    {
        var properties = new JsonObject();
        foreach (var key in table.Keys)
        {
            var value = Of(key.ValueForm);
            value["description"] = key.Description;
            properties[key.Name] = value;
        }
        var required = table.Keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name).ToArray();
        var section = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (required.Length > 0)
            section["required"] = new JsonArray(required);
        return section;
    }

    private static JsonObject Of(Form form) => form switch
    {
        IntegerForm integer => Bounded("integer", integer.Minimum, integer.Maximum),
        NumberForm number => Number(number),
        BooleanForm => new() { ["type"] = "boolean" },
        TextForm => new() { ["type"] = "string" },
        NameForm name => new() { ["type"] = "string", ["pattern"] = name.Pattern },
        ChoiceForm { Words: [var only] } => new() { ["const"] = only },
        ChoiceForm choice => Words(choice.Words),
        BitsForm => new() { ["enum"] = new JsonArray([.. BitsForm.Supported.Select(bits => (JsonNode)bits)]) },
        SizeForm size => Size(size),
        PaddingForm padding => AnyOf([Words(PaddingForm.Words), Size(padding.Size)]),
        SectionForm section => Section(section.Table),
        IListForm list => new() { ["type"] = "array", ["minItems"] = list.Minimum, ["maxItems"] = list.Maximum, ["items"] = Of(list.Item) },
        IMapForm map => new()
        {
            ["type"] = "object",
            ["minProperties"] = map.Minimum,
            ["additionalProperties"] = false,
            ["patternProperties"] = new JsonObject { [map.Name.Pattern] = Of(map.Item) },
        },
        IEitherForm either => AnyOf([Of(either.Match), Of(either.Otherwise)]),
        LayerForm => new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("type"),
            ["oneOf"] = new JsonArray([.. LayerForm.Rules.Select(rule => Section(rule.Table))]),
        },
        _ => throw new InvalidOperationException($"The schema does not know {form.GetType().Name}."),
    };

    private static JsonObject Number(NumberForm number)
    {
        var schema = new JsonObject { ["type"] = "number" };
        if (number.Minimum > -double.MaxValue)
            schema[number.Above ? "exclusiveMinimum" : "minimum"] = number.Minimum;
        if (number.Maximum < double.MaxValue)
            schema[number.Below ? "exclusiveMaximum" : "maximum"] = number.Maximum;
        return schema;
    }

    private static JsonObject Bounded(string type, long minimum, long maximum) => new() { ["type"] = type, ["minimum"] = minimum, ["maximum"] = maximum };

    private static JsonObject Words(IEnumerable<string> words) => new() { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) };

    private static JsonObject Size(SizeForm size) => AnyOf(
    [
        Bounded("integer", size.Minimum, size.Maximum),
        new() { ["type"] = "array", ["minItems"] = 2, ["maxItems"] = 2, ["items"] = Bounded("integer", size.Minimum, size.Maximum) },
    ]);

    private static JsonObject AnyOf(JsonObject[] choices) => new() { ["anyOf"] = new JsonArray([.. choices]) };
}
