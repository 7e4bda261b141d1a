using System.Globalization;
using Empir.Modules;
using Empir.Packed;

namespace Empir.Packing;

/// <summary>A card row's settings as values: <c>key=value</c>, numbers as in the spec.</summary>
internal sealed class LayerSettings(LayerCard card)
{
    private readonly Dictionary<string, string> values = card.Settings.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary>Whether a setting is there.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>A word; <paramref name="fallback" /> where it is not there.</summary>
    public string Text(string key, string fallback = "") => values.GetValueOrDefault(key, fallback);

    /// <summary>A number.</summary>
    public double Number(string key) => double.Parse(values[key], CultureInfo.InvariantCulture);

    /// <summary>Numbers with commas or an x between them; none where the setting is not there.</summary>
    public double[] Numbers(string key) => Has(key)
        ? [.. values[key].Split(',', 'x').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]
        : [];

    /// <summary>Kernel, stride, padding and dilation.</summary>
    public PackedWindow Window()
    {
        var (kernel, stride, padding) = (Integers("kernel_size"), Integers("stride"), Integers("padding"));
        var dilation = Has("dilation") ? Integers("dilation") : [1, 1];
        // Padding is [left, right, top, bottom].
        return new(kernel[0], kernel[1], stride[0], stride[1], padding[2], padding[0], padding[3], padding[1], dilation[0], dilation[1]);
    }

    private int[] Integers(string key) => [.. Numbers(key).Select(number => (int)number)];
}
