using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Empir.Generator.Checking;
using Empir.Generator.Checking.Forms;
using Empir.Generator.Layers;

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
        foreach (var (name, value) in Section(SpecKeys.Table, computes: false).ToArray())
            schema[name] = value?.DeepClone();
        schema["definitions"] = new JsonObject { ["layer"] = Layer() };
        return schema.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Section(KeyTable table, bool computes)
    {
        var properties = new JsonObject();
        foreach (var key in table.Keys)
        {
            var value = Of(key.ValueForm, computes);
            value["description"] = key.Description;
            properties[key.Name] = value;
        }
        var required = table.Keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name).ToArray();
        var section = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (required.Length > 0)
            section["required"] = new JsonArray(required);
        return section;
    }

    // A layer's type decides its keys; one that is no built-in type is a block of the spec, whose keys no schema knows.
    private static JsonObject Layer() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("type"),
        ["oneOf"] = new JsonArray(
        [
            .. LayerCatalogue.All.Select(type => Section(type.Table, computes: true)),
            new JsonObject
            {
                ["type"] = "object",
                ["required"] = new JsonArray("type"),
                ["properties"] = new JsonObject
                {
                    ["type"] = new JsonObject { ["type"] = "string", ["pattern"] = NameForm.Pascal.Pattern, ["description"] = "A block of this spec." },
                    ["name"] = new JsonObject { ["type"] = "string", ["pattern"] = NameForm.Snake.Pattern, ["description"] = BlockLayer.Unknown.NameKey.Description },
                },
                ["additionalProperties"] = Computed(new() { ["type"] = "integer" }),
            },
        ]),
    };

    // A whole number, or an expression of a block's parameters.
    private static JsonObject Computed(JsonObject number) => AnyOf([number, new() { ["type"] = "string", ["pattern"] = @"\$" }]);

    private static JsonObject Integer(long minimum, long maximum, bool computes) =>
        computes ? Computed(Bounded("integer", minimum, maximum)) : Bounded("integer", minimum, maximum);

    private static JsonObject Of(Form form, bool computes) => form switch
    {
        IntegerForm integer => Integer(integer.Minimum, integer.Maximum, computes),
        NumberForm number => Number(number),
        BooleanForm => new() { ["type"] = "boolean" },
        TextForm => new() { ["type"] = "string" },
        NameForm name => new() { ["type"] = "string", ["pattern"] = name.Pattern },
        ChoiceForm choice => Words(choice.Words),
        BitsForm => new() { ["enum"] = new JsonArray([.. BitsForm.Supported.Select(bits => (JsonNode)bits)]) },
        SizeForm size => Size(size, computes),
        PaddingForm padding => AnyOf([Words(PaddingForm.Words), Size(padding.Size, computes)]),
        SectionForm section => Section(section.Table, computes: false),
        IListForm list => new() { ["type"] = "array", ["minItems"] = list.Minimum, ["maxItems"] = list.Maximum, ["items"] = Of(list.Item, computes) },
        IMapForm map => new()
        {
            ["type"] = "object",
            ["minProperties"] = map.Minimum,
            ["maxProperties"] = map.Maximum,
            ["additionalProperties"] = false,
            ["patternProperties"] = new JsonObject { [map.Name.Pattern] = Of(map.Item, computes) },
        },
        IEitherForm either => AnyOf([Of(either.Match, computes), Of(either.Otherwise, computes)]),
        LayerForm => new() { ["$ref"] = "#/definitions/layer" },
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

    private static JsonObject Size(SizeForm size, bool computes) => AnyOf(
    [
        Integer(size.Minimum, size.Maximum, computes),
        new() { ["type"] = "array", ["minItems"] = 2, ["maxItems"] = 2, ["items"] = Integer(size.Minimum, size.Maximum, computes) },
    ]);

    private static JsonObject AnyOf(JsonObject[] choices) => new() { ["anyOf"] = new JsonArray([.. choices]) };
}
