using System.Globalization;
using Empir.Generator.Checking.Forms;
using Empir.Generator.Values;
using Microsoft.CodeAnalysis.CSharp;

namespace Empir.Generator.Emitting;

/// <summary>Values as C# and as XML, the same in every culture.</summary>
internal static class Literal
{
    // Roslyn's formatter looks every character up in Unicode's tables; next to none of these texts needs that.
    public static string Of(string text) =>
        IsPlain(text) ? $"\"{text}\"" : SymbolDisplay.FormatLiteral(text, quote: true);

    public static string Of(bool value) => value ? "true" : "false";

    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Float(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture) + "f";

    public static string Of(Size size) => $"({Of(size.Height)}, {Of(size.Width)})";

    public static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    /// <summary>With thousands separators, for readers.</summary>
    public static string Readable(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Text of an XML comment: one line, of characters that XML allows.</summary>
    public static string Xml(string text) =>
        PrintableText.Of(string.Join(" ", text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)))
            .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static bool IsPlain(string text)
    {
        foreach (var character in text)
            if (character is < ' ' or > '~' or '"' or '\\')
                return false;
        return true;
    }
}
