using System.Globalization;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Reading;

/// <summary>Text, and what YAML 1.2's core schema makes of it: quoted is always text, plain may be a number or a truth value.</summary>
internal class YamlScalar(TextSpan span, string text, bool isPlain) : YamlNode(span)
{
    private const int LongestQuote = 40;

    public string Text { get; } = text;

    public bool IsPlain { get; } = isPlain;

    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public bool? Boolean => !IsPlain ? null : Text switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => null,
    };

    /// <summary>A decimal number, with or without fraction and exponent; infinities and NaN are no values for a spec.</summary>
    public double? Number =>
        IsPlain && LooksNumeric
        && double.TryParse(Text, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out var number)
        && !double.IsInfinity(number) && !double.IsNaN(number)
            ? number
            : null;

    /// <summary>A whole decimal number; null when it is none or does not fit 64 bits.</summary>
    public long? Integer =>
        IsPlain && long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? integer : null;

    public bool IsText => !IsNull && Boolean is null && Number is null;

    public override string Description =>
        IsNull ? "empty"
        : IsText ? $"text '{Clip(Text)}'"
        : Clip(Text);

    public static string Clip(string text) => text.Length <= LongestQuote ? text : text.Substring(0, LongestQuote) + "…";

    private bool LooksNumeric => Text.Length > 0 && Text.All(character => character is >= '0' and <= '9' or '+' or '-' or '.' or 'e' or 'E');
}
