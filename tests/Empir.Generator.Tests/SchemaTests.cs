using System.Text.Json.Nodes;
using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using Microsoft.CodeAnalysis.Text;
using NJsonSchema;

namespace Empir.Generator.Tests;

/// <summary>The JSON schema editors complete and check with: it follows the key tables, accepts what is right and refuses what it can.</summary>
public class SchemaTests
{
    private static readonly string Stem = Path.Combine(Repository.Root, "specs", "empir.schema");
    private static readonly Lazy<JsonSchema> Schema = new(() => JsonSchema.FromJsonAsync(File.ReadAllText(Stem + ".json")).GetAwaiter().GetResult());

    public static TheoryData<string> Correct =>
        [.. SpecSources.Shipped.Select(spec => spec.Text!), SpecSources.Small, SpecSources.Everything, SpecSources.Paper, SpecSources.Structure];

    [Fact]
    public void TheSchemaIsThatOfTheKeyTables() =>
        Assert.Equal("", Verifier.Compare(Stem + ".json", Stem + ".received.json", SchemaWriter.Write()));

    [Fact]
    public void ThePageOfKeysIsThatOfTheKeyTables()
    {
        var page = Path.Combine(Repository.Root, "docs", "keys");
        Assert.Equal("", Verifier.Compare(page + ".md", page + ".received.md", KeyPageWriter.Write()));
    }

    [Theory]
    [MemberData(nameof(Correct))]
    public void ACorrectSpecIsValid(string spec) => Assert.Equal([], Errors(spec));

    [Theory]
    [InlineData("classes: 3", "classes: 3\nbits: 2")]
    [InlineData("classes: 3", "")]
    [InlineData("classes: 3", "classes: three")]
    [InlineData("classes: 3", "classes: 1")]
    [InlineData("ensemble: SmallEmpir", "ensemble: small_empir")]
    [InlineData("width: 8, ", "")]
    [InlineData("range: [0, 1]", "range: [0]")]
    [InlineData("init: unit_norm", "init: ones")]
    [InlineData("kernel_size: 3", "kernal_size: 3")]
    [InlineData("kernel_size: 3", "kernel_size: [3, 3, 3]")]
    [InlineData("kernel_size: 3", "kernel_size: 0")]
    [InlineData("padding: same", "padding: some")]
    [InlineData("{ type: relu }", "{ type: rleu }")]
    [InlineData("{ type: relu }", "{ type: relu, slope: 1 }")]
    [InlineData("{ type: relu }", "{ type: residual, body: [] }")]
    [InlineData("{ type: relu }", "{ type: residual, body: [{ type: rleu }] }")]
    [InlineData("{ type: relu }", "{ type: Unit, name: a, width: wide }")]
    [InlineData("{ type: relu }", "{ type: repeat, name: r, layers: [{ type: relu }] }")]
    [InlineData("weights: 2", "weights: 9")]
    [InlineData("weights: 2", "weights: { quantizer: lsq, bit: 2 }")]
    [InlineData("quantizer: dorefa", "quantizer: dorfea")]
    [InlineData("seed: 1", "seed: -1")]
    [InlineData("rule: majority", "rule: most")]
    [InlineData("epochs: 1", "epochs: 2 * $classes")]
    [InlineData("type: adam", "type: adma")]
    [InlineData("protocols: [paper, white_box]", "protocols: []")]
    [InlineData("epsilon: 0.3", "epsilon: -0.3")]
    public void AMistakeThatASchemaCanSeeIsRefused(string old, string replacement) => Assert.NotEqual([], Errors(Refusal.Small(old, replacement)));

    [Fact]
    public void EveryKeySaysWhatItIs()
    {
        var silent = new List<string>();
        Walk(JsonNode.Parse(File.ReadAllText(Stem + ".json"))!, "");
        Assert.Equal([], silent);

        // What an editor shows while the pointer is over a key.
        void Walk(JsonNode node, string path)
        {
            if (node is JsonArray array)
                foreach (var (item, i) in array.Select((item, i) => (item, i)))
                    Walk(item!, $"{path}/{i}");
            if (node is not JsonObject entries)
                return;
            foreach (var (name, value) in entries)
            {
                if (name == "properties")
                    foreach (var (key, form) in value!.AsObject())
                        if (form!["description"] is null)
                            silent.Add($"{path}/{key}");
                if (value is not null)
                    Walk(value, $"{path}/{name}");
            }
        }
    }

    private static IEnumerable<string> Errors(string spec)
    {
        var report = new Report("spec", SourceText.From(spec));
        var root = YamlReader.Read(SourceText.From(spec), report);
        Assert.Equal(0, report.Count);
        return Schema.Value.Validate(Json(root!)!.ToJsonString()).Select(error => error.ToString());
    }

    // YAML's core schema, as an editor's language server reads it.
    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Json(entry.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Items.Select(Json)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { Boolean: { } boolean } => JsonValue.Create(boolean),
        YamlScalar { Integer: { } integer } => JsonValue.Create(integer),
        YamlScalar { Number: { } number } => JsonValue.Create(number),
        YamlScalar scalar => JsonValue.Create(scalar.Text),
        _ => throw new InvalidOperationException(node.Description),
    };
}
