using System.Text.Json.Serialization;

namespace Empir.Packed;

/// <summary>A packed ensemble as data: what an <c>.empirpack</c> file holds.</summary>
/// <param name="Name">The ensemble's name.</param>
/// <param name="Input">The images it takes.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Fusion">How the members' logits become one decision.</param>
/// <param name="Members">The members, in the spec's order.</param>
/// <param name="Metadata">The writer's own strings, such as the spec's hash.</param>
public sealed record PackedModel(
    string Name, PackedInput Input, int Classes, PackedFusion Fusion, IReadOnlyList<PackedMember> Members,
    IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Under which the metadata has the classes' names, one to a line.</summary>
    public const string ClassNamesKey = "class_names";

    /// <summary>The classes' names; null where the file does not say them.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? ClassNames =>
        Metadata.TryGetValue(ClassNamesKey, out var lines) && lines.Split('\n') is var names && names.Length == Classes ? names : null;
}

/// <summary>The images a network takes. Byte 0 is <paramref name="Minimum" /> and byte 255 <paramref name="Maximum" />.</summary>
/// <param name="Channels">C.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="Minimum">Smallest pixel value.</param>
/// <param name="Maximum">Largest pixel value.</param>
public sealed record PackedInput(int Channels, int Height, int Width, float Minimum, float Maximum)
{
    /// <summary>Values of one image, C·H·W.</summary>
    internal int Pixels => Channels * Height * Width;
}

/// <summary>One network: layers in order of execution, the last of which gives the logits.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="Layers">Its layers.</param>
public sealed record PackedMember(string Name, IReadOnlyList<PackedLayer> Layers);

/// <summary>Shape of one image's activation: [C, H, W]; a vector [F] is [F, 1, 1].</summary>
/// <param name="Channels">C or F.</param>
/// <param name="Height">H or 1.</param>
/// <param name="Width">W or 1.</param>
[method: JsonConstructor]
public readonly record struct PackedShape(int Channels, int Height, int Width)
{
    internal int Values => Channels * Height * Width;
}
