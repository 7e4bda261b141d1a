using Empir.Generator.Checking.Specs;
using Empir.Generator.Layers;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Emitting;

/// <summary>Writes the classes of an ensemble's networks, nested in its own.</summary>
internal static class NetworkEmitter
{
    public static GeneratedFile Emit(EquatableArray<NetworkSpec> networks, GeneratorOptions options) => GeneratedFile.Create(
        $"{networks[0].Ensemble}.Networks.g.cs", options.Namespace, "using global::Empir.Modules;", source =>
        {
            source.Line($"partial class {networks[0].Ensemble}");
            source.Open();
            foreach (var network in networks)
            {
                Class(source, network);
                source.Line();
            }
            Facts(source, networks);
            source.Close();
        });

    private static void Class(SourceWriter source, NetworkSpec network)
    {
        var blocks = new BlockClasses(network);
        var body = new ClassBody(blocks, new ConstructorParameters(), [network.Layers]);
        Documentation(source, network);
        source.Line(Tool.Attribute);
        source.Line($"public sealed partial class {network.ClassName} : global::Empir.Modules.Classifier");
        source.Open();
        if (network.Input.Normalize is { } normalize)
            Normalization(source, normalize);
        Card(source, network);
        Constructor(source, network, body);
        body.Properties(source);
        Forward(source, network, body);
        foreach (var block in blocks.All.Reverse())
            BlockEmitter.Emit(source, block, network);
        source.Close();
    }

    private static void Documentation(SourceWriter source, NetworkSpec network)
    {
        var bits = network.Rows.Any(row => row.Layer is WeightedLayerSpec { Quantization.IsFull: false }) ? $"precision <c>{network.Precision}</c>" : "full precision";
        source.Line($"/// <summary>The architecture {network.Architecture} at {bits}.</summary>");
        source.Line("/// <remarks>");
        source.Line($"/// Declared in {Literal.Xml(network.File)}. One image {network.Input.Shape} to {Literal.Of(network.Classes)} logits:");
        source.Line("/// <code>");
        foreach (var line in LayerTable.Lines(network))
            source.Line($"/// {line}");
        source.Line("/// </code>");
        source.Line("/// </remarks>");
    }

    private static void Normalization(SourceWriter source, NormalizeSpec normalize)
    {
        source.Line($"private static readonly float[] Mean = {Literal.List(normalize.Mean.Select(Literal.Float))};");
        source.Line($"private static readonly float[] Deviation = {Literal.List(normalize.Deviation.Select(Literal.Float))};");
        source.Line();
    }

    private static void Card(SourceWriter source, NetworkSpec network)
    {
        source.Line("/// <summary>The network's facts, layer by layer.</summary>");
        source.Line($"public static new global::Empir.Modules.ClassifierCard Card => Facts.{network.ClassName};");
        source.Line();
    }

    private static void Facts(SourceWriter source, EquatableArray<NetworkSpec> networks)
    {
        source.Line("// Apart from the networks: reading a card loads no TorchSharp, and so no libtorch.");
        source.Line("private static class Facts");
        source.Open();
        for (var i = 0; i < networks.Count; i++)
        {
            if (i > 0)
                source.Line();
            source.Line($"internal static global::Empir.Modules.ClassifierCard {networks[i].ClassName} {{ get; }} = new(");
            source.Indented(Fact(networks[i]));
        }
        source.Close();
    }

    private static IEnumerable<string> Fact(NetworkSpec network)
    {
        var (input, shape) = (network.Input, network.Input.Shape);
        yield return $"Architecture: {Literal.Of(network.Architecture)},";
        yield return $"Precision: {Literal.Of(network.Precision)},";
        yield return $"Initialization: {Literal.Of(network.Initialization)},";
        yield return $"Input: new(Channels: {Literal.Of(shape.Channels)}, Height: {Literal.Of(shape.Height)}, Width: {Literal.Of(shape.Width)}, "
            + $"Minimum: {Literal.Float(input.Minimum)}, Maximum: {Literal.Float(input.Maximum)}),";
        yield return $"Classes: {Literal.Of(network.Classes)},";
        yield return "Layers:";
        yield return "[";
        foreach (var row in network.Rows)
            yield return Row(row);
        yield return "]);";
    }

    private static string Row(Row row)
    {
        var layer = row.Layer;
        var weighted = layer as WeightedLayerSpec;
        var bits = weighted?.Bits ?? default;
        return string.Concat(
        [
            "    new(", Literal.Of(row.Path), ", ", Literal.Of(layer.Type), ", ", Literal.Of(row.Settings), ", ", layer.Output.ToString(), ", ",
            Literal.Of(bits.Weights), ", ", Literal.Of(bits.Activations), ", ",
            Literal.Of(layer.Parameters), ", ", Literal.Of(layer.Macs), ", ", Literal.Of(layer.Bytes),
            weighted is { Quantization.IsFull: false } ? $", Quantizers: {Literal.Of(weighted.Quantization.Words)})," : "),",
        ]);
    }

    private static void Constructor(SourceWriter source, NetworkSpec network, ClassBody body)
    {
        source.Line("/// <summary>Builds the network with initial weights.</summary>");
        source.Line("/// <param name=\"seed\">Same seed, same initial weights.</param>");
        source.Line($"public {network.ClassName}(long seed = 0) : base(Card)");
        source.Open();
        body.Registrations(source);
        source.Line($"Initialize(global::Empir.Modules.Initializer.{(network.Initialization == "unit_norm" ? "UnitNorm" : "PyTorch")}, seed);");
        source.Close();
        source.Line();
    }

    private static void Forward(SourceWriter source, NetworkSpec network, ClassBody body)
    {
        source.Line("/// <summary>From images to logits; every activation is released as soon as the next one exists.</summary>");
        source.Line($"/// <param name=\"input\">Images, [N, {network.Input.Shape.Join(", ")}]; not released.</param>");
        source.Line(Invariant($"/// <returns>Logits, [N, {network.Classes}].</returns>"));
        body.Forward(source, network.SourcePath);
    }
}
