using Empir.Generator.Checking.Forms;
using Empir.Generator.Values;
using Microsoft.CodeAnalysis.CSharp;
using static System.FormattableString;

namespace Empir.Generator.Emitting;

/// <summary>Values as C# and as XML, the same in every culture.</summary>
internal static class Literal
{
    // Roslyn's formatter looks every character up in Unicode's tables; next to none of these texts needs that.
    public static string Of(string text) =>
        text.All(character => character is >= ' ' and <= '~' and not '"' and not '\\') ? $"\"{text}\"" : SymbolDisplay.FormatLiteral(text, quote: true);

    public static string Of(bool value) => value ? "true" : "false";

    public static string Of(long value) => Invariant($"{value}");

    public static string Of(double value) => Invariant($"{value:R}");

    public static string Float(double value) => Invariant($"{(float)value:R}f");

    public static string Of(Size size) => Invariant($"({size.Height}, {size.Width})");

    public static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    /// <summary>With thousands separators, for readers.</summary>
    public static string Readable(long value) => Invariant($"{value:N0}");

    /// <summary>Text of an XML comment: one line, of characters that XML allows.</summary>
    public static string Xml(string text) =>
        PrintableText.Of(string.Join(" ", text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)))
            .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
