using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using static System.FormattableString;

namespace Empir.Generator.Checking.Forms;

/// <summary>Height and width.</summary>
internal readonly record struct Size(int Height, int Width)
{
    public override string ToString() => Invariant($"{Height}x{Width}");
}

/// <summary>A size: one whole number for both directions, or [height, width].</summary>
internal sealed class SizeForm(int minimum, int maximum) : Form<Size>
{
    public int Minimum => minimum;

    public int Maximum => maximum;

    public override string Expected => Invariant($"a whole number from {minimum} to {maximum}, or [height, width] of such numbers");

    public override bool TryRead(YamlNode node, Place place, Report report, out Size value)
    {
        value = default;
        if (node is YamlScalar single && ReadSide(single, node, place, report, out var side))
        {
            value = new(side, side);
            return true;
        }
        if (node is YamlSequence { Items: [YamlScalar first, YamlScalar second] }
            && ReadSide(first, first, place, report, out var height) && ReadSide(second, second, place, report, out var width))
        {
            value = new(height, width);
            return true;
        }
        if (node is not YamlScalar and not YamlSequence { Items: [YamlScalar, YamlScalar] })
            ReportWrongType(node, place, report);
        return false;
    }

    private bool ReadSide(YamlScalar scalar, YamlNode at, Place place, Report report, out int side)
    {
        side = minimum;
        if (scalar is YamlExpression)
            return true;
        if (scalar.Number is null)
        {
            ReportWrongType(at, place, report);
            return false;
        }
        if (scalar.Integer is { } integer && integer >= minimum && integer <= maximum)
        {
            side = (int)integer;
            return true;
        }
        report.Add(Descriptors.OutOfRange, at.Span, place.What, Expected, scalar.Description);
        return false;
    }
}

/// <summary>How a convolution pads: by a fixed size, or <c>same</c>, which depends on the input.</summary>
internal readonly record struct PaddingChoice(Size Size, bool Same);

/// <summary>A size, <c>same</c> or <c>valid</c>.</summary>
internal sealed class PaddingForm(int maximum) : Form<PaddingChoice>
{
    private const string Same = "same";
    private const string Valid = "valid";

    public static IReadOnlyList<string> Words { get; } = [Same, Valid];

    public SizeForm Size { get; } = new(0, maximum);

    public override string Expected => Size.Expected + ", or same, or valid";

    public override bool TryRead(YamlNode node, Place place, Report report, out PaddingChoice value)
    {
        value = default;
        switch (node)
        {
            case YamlScalar { Text: Same, IsText: true }:
                value = new(default, Same: true);
                return true;
            case YamlScalar { Text: Valid, IsText: true }:
                return true;
            case YamlScalar { IsText: true } and not YamlExpression:
                var word = (YamlScalar)node;
                report.Add(Descriptors.UnknownValue, node.Span, place.What, YamlScalar.Clip(word.Text), Suggestion.For(word.Text, Words));
                return false;
            default:
                if (!Size.TryRead(node, place, report, out var size))
                    return false;
                value = new(size, Same: false);
                return true;
        }
    }
}
