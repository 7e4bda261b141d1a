using System.Globalization;
using Empir.Modules;

namespace Empir.CommandLine.Rendering;

/// <summary>Precisions in the notation of the field: <c>w2 a4</c> is 2-bit weights and 4-bit activations.</summary>
internal static class Bits
{
    public static string Of(LayerCard layer) => Of(layer.WeightBits, layer.ActivationBits);

    /// <summary>The bits of a network's quantised layers; <c>mixed</c> where they differ.</summary>
    public static string Of(ClassifierCard network)
    {
        var bits = network.Layers.Where(layer => layer.WeightBits is not (0 or 32) || layer.ActivationBits is not (0 or 32))
            .Select(Of).Distinct().ToArray();
        return bits.Length switch { 0 => "32-bit", 1 => bits[0], _ => "mixed" };
    }

    private static string Of(int weights, int activations) => (weights, activations) switch
    {
        (0, _) => "",
        (32, 32) => "32-bit",
        _ => string.Create(CultureInfo.InvariantCulture, $"w{weights} a{activations}"),
    };
}
