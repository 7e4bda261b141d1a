namespace Empir.Generator.Layers;

/// <summary>The names that every expression may use without declaring them.</summary>
internal static class Parameters
{
    /// <summary>Channels or features of the layer's own input.</summary>
    public const string InChannels = "in_channels";

    /// <summary>The spec's number of classes.</summary>
    public const string Classes = "classes";

    /// <summary>In a repeat: the turn, from 0.</summary>
    public const string Index = "index";

    public static IReadOnlyList<string> Everywhere { get; } = [InChannels, Classes];

    /// <summary>Names that a block cannot give its own parameters.</summary>
    public static IReadOnlyList<string> Reserved { get; } = [InChannels, Classes, Index, "type", "name"];
}
