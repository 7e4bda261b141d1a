using System.Globalization;
using System.Text.Json.Serialization;
using static System.FormattableString;

namespace Empir.Modules;

/// <summary>What a classifier takes in: an image of a fixed shape and value range.</summary>
/// <param name="Channels">Channels, C.</param>
/// <param name="Height">Height in pixels, H.</param>
/// <param name="Width">Width in pixels, W.</param>
/// <param name="Minimum">Smallest valid pixel value; the lower side of every attack's box.</param>
/// <param name="Maximum">Largest valid pixel value; the upper side of every attack's box.</param>
public sealed record InputCard(int Channels, int Height, int Width, float Minimum, float Maximum)
{
    /// <summary>The image in words, such as <c>1 x 28 x 28, pixels from 0 to 1</c>.</summary>
    [JsonIgnore]
    public string Text => Invariant($"{Channels} x {Height} x {Width}, pixels from {Minimum} to {Maximum}");

    /// <summary>Values of an image.</summary>
    internal long Pixels => (long)Channels * Height * Width;
}

/// <summary>One layer as the spec declares it and the generator computed it.</summary>
/// <param name="Name">The layer's name: its state_dict prefix. Layers without parameters may have none (empty).</param>
/// <param name="Type">The layer's type in the spec, such as <c>conv2d</c>.</param>
/// <param name="Settings">The remaining keys in canonical form, such as <c>out_channels=64 kernel_size=8x8</c>.</param>
/// <param name="OutputShape">Shape of one image's output, without the batch: [C, H, W] or [F].</param>
/// <param name="WeightBits">Bits of a weight; 32 is full precision; 0 for a layer without weights.</param>
/// <param name="ActivationBits">Bits of the layer's input; 32 is full precision; 0 for a layer without weights.</param>
/// <param name="Parameters">Trained parameters, biases included.</param>
/// <param name="Macs">Multiply-accumulates for one image.</param>
/// <param name="Bytes">Bytes the stored layer needs: quantised weights at their bits; biases, statistics, learned ranges and scales at 32.</param>
/// <param name="Quantizers">Quantisers of weights and input, such as <c>dorefa</c> or <c>lsq/pact</c>; empty at full precision.</param>
public sealed record LayerCard(
    string Name, string Type, string Settings, IReadOnlyList<int> OutputShape,
    int WeightBits, int ActivationBits, long Parameters, long Macs, long Bytes, string Quantizers = "")
{
    /// <summary>Multiply-accumulates x weight bits x activation bits, for one image; 1,024 for each at full precision.</summary>
    public long BitOperations => Macs * WeightBits * ActivationBits;

    /// <summary>The bits in the field's notation: <c>w2 a4</c>, <c>w4 a4 lsq</c>, <c>32-bit</c>, or nothing for a layer without weights.</summary>
    [JsonIgnore]
    public string Bits => CardText.Bits(WeightBits, ActivationBits, Quantizers);
}

/// <summary>The facts of one architecture at one precision, known at compile time.</summary>
/// <param name="Architecture">Name of the architecture in the spec.</param>
/// <param name="Precision">Name of the precision in the spec; <c>full</c> is 32-bit.</param>
/// <param name="Initialization">Name of the weight initialisation: <c>unit_norm</c> or <c>pytorch</c>.</param>
/// <param name="Input">The image it takes.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Layers">Every layer, in order.</param>
public sealed record ClassifierCard(
    string Architecture, string Precision, string Initialization, InputCard Input, int Classes,
    IReadOnlyList<LayerCard> Layers)
{
    /// <summary>Trained parameters in all layers.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>Multiply-accumulates for one image.</summary>
    public long Macs => Layers.Sum(layer => layer.Macs);

    /// <summary>Multiply-accumulates x weight bits x activation bits, for one image.</summary>
    public long BitOperations => Layers.Sum(layer => layer.BitOperations);

    /// <summary>Bytes of the stored network, quantised weights at their bits.</summary>
    public long Bytes => Layers.Sum(layer => layer.Bytes);

    /// <summary>Whether every weight and activation has 32 bits.</summary>
    public bool IsFullPrecision => Layers.All(layer => layer.WeightBits is 0 or 32 && layer.ActivationBits is 0 or 32);

    /// <summary>The bits of the quantised layers, <c>w2 a4</c>; <c>mixed</c> where they differ, <c>32-bit</c> where there are none.</summary>
    [JsonIgnore]
    public string Bits =>
        Layers.Where(layer => layer.WeightBits is not (0 or 32) || layer.ActivationBits is not (0 or 32))
            .Select(layer => layer.Bits).Distinct().ToArray() switch
        {
            [] => "32-bit",
            [var bits] => bits,
            _ => "mixed",
        };

    /// <summary>The layers as a table: bits, output, parameters, multiply-accumulates, bytes.</summary>
    [JsonIgnore]
    public CardTable Table => CardText.Table(this);

    /// <summary>
    /// The network as text, for a snapshot: a line per layer with its bits, output shape, cost and settings. It depends on the
    /// spec's meaning alone, not on its comments, the culture or the machine; lines end in LF.
    /// </summary>
    [JsonIgnore]
    public string Text => CardText.Of(this);

    /// <summary>Everything that decides the network's function and initial weights, as one stable line of text per layer.</summary>
    public string Canonical => string.Join('\n',
        Layers.Select(layer => string.Create(CultureInfo.InvariantCulture,
                $"{layer.Type} {layer.Name} {layer.Settings} w{layer.WeightBits} a{layer.ActivationBits} {layer.Quantizers}").TrimEnd())
            .Prepend(string.Create(CultureInfo.InvariantCulture,
                $"input {Input.Channels}x{Input.Height}x{Input.Width} {Input.Minimum:R}..{Input.Maximum:R} classes {Classes} init {Initialization}")));
}

/// <summary>One member of an ensemble: a network and the seed it starts from.</summary>
/// <param name="Name">The member's name in the spec.</param>
/// <param name="Seed">Seed of its initial weights and of the order of its training images.</param>
/// <param name="Network">The network's facts.</param>
/// <param name="InitFrom">The member whose trained weights it starts from; null for weights drawn from its seed.</param>
public sealed record MemberCard(
    string Name, long Seed, ClassifierCard Network, [property: JsonIgnore] MemberCard? InitFrom = null);

/// <summary>The facts of an ensemble, known at compile time.</summary>
/// <param name="Name">The ensemble's name: the generated class.</param>
/// <param name="Description">The spec's one-line description; may be empty.</param>
/// <param name="SpecFile">The spec's path relative to its project, with forward slashes.</param>
/// <param name="SpecHash">SHA-256 of the spec's text with LF line ends, in lower-case hexadecimal.</param>
/// <param name="Fusion">The fusion rule in words, such as <c>majority, ties to full</c>.</param>
/// <param name="Members">The members in the spec's order.</param>
public sealed record EnsembleCard(
    string Name, string Description, string SpecFile, string SpecHash, string Fusion,
    IReadOnlyList<MemberCard> Members)
{
    /// <summary>What all members cost together, as multiples of one of them.</summary>
    /// <param name="member">The member's name.</param>
    /// <exception cref="ArgumentException">There is no such member.</exception>
    public RelativeCost CostRelativeTo(string member) => RelativeCost.Of(this, member);

    /// <summary>The members' networks, each once, in the order of the members.</summary>
    [JsonIgnore]
    public IReadOnlyList<ClassifierCard> Networks => [.. Members.Select(member => member.Network).Distinct()];

    /// <summary>The members as a table: network, bits, seed, parameters, multiply-accumulates, bytes.</summary>
    [JsonIgnore]
    public CardTable Table => CardText.Table(this);

    /// <summary>
    /// The ensemble as text, for a snapshot: input, fusion, members and the layers of every network. It depends on the spec's
    /// meaning alone, not on its comments, its place, the culture or the machine; lines end in LF.
    /// </summary>
    [JsonIgnore]
    public string Text => CardText.Of(this);
}
