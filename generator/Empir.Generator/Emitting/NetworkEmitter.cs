using Empir.Generator.Checking.Specs;
using Empir.Generator.Layers;
using static System.FormattableString;

namespace Empir.Generator.Emitting;

/// <summary>Writes a network's class, nested in its ensemble's.</summary>
internal static class NetworkEmitter
{
    public static GeneratedFile Emit(NetworkSpec network, GeneratorOptions options)
    {
        var source = new SourceWriter();
        var blocks = new BlockClasses(network);
        var body = new ClassBody(blocks, new ConstructorParameters(), [network.Layers]);
        source.Line($"partial class {network.Ensemble}");
        source.Open();
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
        Facts(source, network);
        source.Close();
        return GeneratedFile.Create($"{network.Ensemble}.{network.ClassName}.g.cs", options.Namespace, "using global::Empir.Modules;", source);
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

    private static void Facts(SourceWriter source, NetworkSpec network)
    {
        var shape = network.Input.Shape;
        source.Line();
        source.Line("// Apart from the networks: reading a card loads no TorchSharp, and so no libtorch.");
        source.Line("private static partial class Facts");
        source.Open();
        source.Line($"internal static global::Empir.Modules.ClassifierCard {network.ClassName} {{ get; }} = new(");
        source.Indented(
        [
            $"Architecture: {Literal.Of(network.Architecture)},",
            $"Precision: {Literal.Of(network.Precision)},",
            $"Initialization: {Literal.Of(network.Initialization)},",
            Invariant($"Input: new(Channels: {shape.Channels}, Height: {shape.Height}, Width: {shape.Width}, Minimum: {Literal.Float(network.Input.Minimum)}, Maximum: {Literal.Float(network.Input.Maximum)}),"),
            Invariant($"Classes: {network.Classes},"),
            "Layers:",
            "[",
            .. network.Rows.Select(row => "    " + Row(row)),
            "]);",
        ]);
        source.Close();
    }

    private static string Row(Row row)
    {
        var layer = row.Layer;
        var weighted = layer as WeightedLayerSpec;
        var bits = weighted?.Bits ?? default;
        var quantizers = weighted is { Quantization.IsFull: false } ? $", Quantizers: {Literal.Of(weighted.Quantization.Words)}" : "";
        return Invariant($"new({Literal.Of(row.Path)}, {Literal.Of(layer.Type)}, {Literal.Of(layer.Settings)}, {layer.Output}, {bits.Weights}, {bits.Activations}, {layer.Parameters}, {layer.Macs}, {layer.Bytes}{quantizers}),");
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
