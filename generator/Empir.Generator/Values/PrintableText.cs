using System.Text;
using System.Xml;

namespace Empir.Generator.Values;

/// <summary>Text from a spec made safe to show: in one line, and of characters that XML and terminals allow.</summary>
internal static class PrintableText
{
    public static string Of(string text)
    {
        var printable = new StringBuilder(text);
        for (var i = 0; i < text.Length; i++)
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                i++;
            else if (char.IsControl(text[i]) || !XmlConvert.IsXmlChar(text[i]))
                printable[i] = '\uFFFD';
        return printable.ToString();
    }
}
