using Empir.Generator.Diagnostics;
using Empir.Generator.Reading;
using static System.FormattableString;

namespace Empir.Generator.Checking.Forms;

/// <summary>A whole number within bounds.</summary>
internal sealed class IntegerForm(long minimum, long maximum) : Form<long>
{
    public long Minimum => minimum;

    public long Maximum => maximum;

    public override string Expected => minimum == maximum ? Invariant($"{minimum}") : Invariant($"a whole number from {minimum} to {maximum}");

    public override bool TryRead(YamlNode node, Place place, Report report, out long value)
    {
        value = minimum;
        // Computed where the layer is used; until then the bounds cannot be checked.
        if (node is YamlExpression)
            return true;
        if (node is not YamlScalar { Number: not null } scalar)
        {
            ReportWrongType(node, place, report);
            return false;
        }
        value = scalar.Integer ?? minimum;
        if (scalar.Integer is { } integer && integer >= minimum && integer <= maximum)
            return true;
        report.Add(Descriptors.OutOfRange, node.Span, place.What, Expected, node.Description);
        return false;
    }
}

/// <summary>A finite number within bounds.</summary>
internal sealed class NumberForm(double minimum, double maximum = double.MaxValue, bool above = false, bool below = false) : Form<double>
{
    public double Minimum => minimum;

    public double Maximum => maximum;

    /// <summary>Whether the minimum itself is excluded.</summary>
    public bool Above => above;

    /// <summary>Whether the maximum itself is excluded.</summary>
    public bool Below => below;

    public override string Expected => (minimum, maximum) switch
    {
        ( <= -double.MaxValue, >= double.MaxValue) => "a number",
        (_, >= double.MaxValue) => Invariant($"a number {(above ? "above " : "of at least ")}{minimum}"),
        _ => Invariant($"a number {(above ? "above " : "of at least ")}{minimum} and {(below ? "below " : "at most ")}{maximum}"),
    };

    public override bool TryRead(YamlNode node, Place place, Report report, out double value)
    {
        value = 0;
        if (node is not YamlScalar { Number: { } number })
        {
            ReportWrongType(node, place, report);
            return false;
        }
        value = number;
        if ((above ? number > minimum : number >= minimum) && (below ? number < maximum : number <= maximum))
            return true;
        report.Add(Descriptors.OutOfRange, node.Span, place.What, Expected, node.Description);
        return false;
    }
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class BooleanForm : Form<bool>
{
    public override string Expected => "true or false";

    public override bool TryRead(YamlNode node, Place place, Report report, out bool value)
    {
        value = (node as YamlScalar)?.Boolean ?? false;
        if (node is YamlScalar { Boolean: not null })
            return true;
        ReportWrongType(node, place, report);
        return false;
    }
}

/// <summary>Free text.</summary>
internal sealed class TextForm : Form<string>
{
    public override string Expected => "text";

    public override bool TryRead(YamlNode node, Place place, Report report, out string value)
    {
        value = (node as YamlScalar)?.Text ?? "";
        if (node is YamlScalar { IsText: true })
            return true;
        ReportWrongType(node, place, report);
        return false;
    }
}

/// <summary>A name that becomes a C# identifier or refers to one.</summary>
/// <param name="pattern">The names as a regular expression, for the schema; here characters are compared, since building an expression is slow.</param>
/// <param name="expected">The names in words.</param>
/// <param name="first">Whether a name may begin with a character.</param>
/// <param name="rest">Whether it may go on with one.</param>
/// <param name="longest">Characters at most.</param>
internal sealed class NameForm(string pattern, string expected, Func<char, bool> first, Func<char, bool> rest, int longest) : Form<string>
{
    /// <summary>Names of layers, members, precisions and datasets.</summary>
    public static NameForm Snake { get; } = new("^[a-z][a-z0-9_]{0,63}$", "a snake_case name of at most 64 letters, digits and underscores",
        IsLower, character => IsLower(character) || IsDigit(character) || character == '_', 64);

    /// <summary>Names of ensembles, architectures and blocks: C# types.</summary>
    public static NameForm Pascal { get; } = new("^[A-Z][A-Za-z0-9_]{0,63}$", "a PascalCase name of at most 64 letters, digits and underscores",
        IsUpper, character => IsUpper(character) || IsLower(character) || IsDigit(character) || character == '_', 64);

    /// <summary>A layer's path, or a pattern of them.</summary>
    public static NameForm Glob { get; } = new("^[a-z0-9*?][a-z0-9_.*?]{0,255}$", "a layer's path or a pattern of them with * and ?",
        character => IsLower(character) || IsDigit(character) || character is '*' or '?',
        character => IsLower(character) || IsDigit(character) || character is '_' or '.' or '*' or '?', 256);

    public string Pattern => pattern;

    public override string Expected => expected;

    public bool Matches(string text)
    {
        if (text.Length == 0 || text.Length > longest || !first(text[0]))
            return false;
        for (var i = 1; i < text.Length; i++)
            if (!rest(text[i]))
                return false;
        return true;
    }

    public override bool TryRead(YamlNode node, Place place, Report report, out string value)
    {
        value = (node as YamlScalar)?.Text ?? "";
        if (node is not YamlScalar { IsText: true })
            ReportWrongType(node, place, report);
        else if (!Matches(value))
            report.Add(Descriptors.BadName, node.Span, YamlScalar.Clip(value), expected);
        else
            return true;
        return false;
    }

    private static bool IsLower(char character) => character is >= 'a' and <= 'z';

    private static bool IsUpper(char character) => character is >= 'A' and <= 'Z';

    private static bool IsDigit(char character) => character is >= '0' and <= '9';
}

/// <summary>One of a few words.</summary>
internal sealed class ChoiceForm(params string[] words) : Form<string>
{
    public IReadOnlyList<string> Words => words;

    public override string Expected => Suggestion.OneOf(words);

    public override bool TryRead(YamlNode node, Place place, Report report, out string value)
    {
        value = (node as YamlScalar)?.Text ?? "";
        if (node is not YamlScalar { IsText: true })
            ReportWrongType(node, place, report);
        else if (!words.Contains(value, StringComparer.Ordinal))
            report.Add(Descriptors.UnknownValue, node.Span, place.What, YamlScalar.Clip(value), Suggestion.For(value, words));
        else
            return true;
        return false;
    }
}

/// <summary>Bits of a weight or an activation.</summary>
internal sealed class BitsForm : Form<int>
{
    public static IReadOnlyList<int> Supported { get; } = [1, 2, 3, 4, 5, 6, 7, 8, 16, 32];

    public override string Expected => "1 to 8, 16 or 32 bits";

    public override bool TryRead(YamlNode node, Place place, Report report, out int value)
    {
        value = 32;
        if (node is not YamlScalar { Number: not null } scalar)
        {
            ReportWrongType(node, place, report);
            return false;
        }
        if (scalar.Integer is { } bits && bits is >= 1 and <= 32 && Supported.Contains((int)bits))
        {
            value = (int)bits;
            return true;
        }
        report.Add(Descriptors.UnsupportedBits, node.Span, place.What, node.Description);
        return false;
    }
}
