using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Empir.CommandLine.Reports;

/// <summary>Elements of an HTML page as a tree: whatever text is put in is escaped, and every element is closed.</summary>
internal static class Html
{
    private static readonly HashSet<string> Void = ["meta", "link", "img", "br"];

    /// <summary>An element; content may be text, elements, attributes, or lists of them, and null is left out.</summary>
    // A browser takes <td /> for an open tag, so an empty element holds an empty text.
    public static XElement Element(string name, params IReadOnlyList<object?> content) =>
        Void.Contains(name) ? new(name, content) : new(name, content, "");

    public static XAttribute Attribute(string name, string value) => new(name, value);

    public static XAttribute Class(string names) => new("class", names);

    public static XElement Paragraph(params IReadOnlyList<object?> content) => Element("p", content);

    /// <summary>A remark under or beside something, in smaller type.</summary>
    public static XElement Small(params IReadOnlyList<object?> content) => Element("small", content);

    public static XElement Code(string text) => Element("code", text);

    /// <summary>A part of the page that its list of contents can point to.</summary>
    public static XElement Section(string id, string title, params IReadOnlyList<object?> content) =>
        Element("section", Attribute("id", id), Attribute("aria-labelledby", $"{id}-title"),
            Element("h2", Attribute("id", $"{id}-title"), title), content);

    /// <summary>Something that is opened with a click.</summary>
    public static XElement Folded(string summary, params IReadOnlyList<object?> content) =>
        Element("details", Element("summary", summary), content);

    /// <summary>Says what is to be known before the numbers are believed.</summary>
    public static XElement Notice(params IReadOnlyList<object?> content) => Element("p", Class("notice"), content);

    /// <summary>A table that scrolls in its own frame where the screen is narrower.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="headers">The columns' headers, the first one that of the rows' headers; see <see cref="WordHeader" /> for columns without numbers.</param>
    /// <param name="rows">See <see cref="Row" />.</param>
    public static XElement Table(string caption, IEnumerable<object> headers, IEnumerable<XElement> rows) =>
        Element("div", Class("scroll"), Attribute("role", "region"), Attribute("aria-label", caption), Attribute("tabindex", "0"),
            Element("table",
                Element("caption", Element("span", caption)),
                Element("thead", Element("tr", headers.Select(header => Cell("th", header, Attribute("scope", "col"))))),
                Element("tbody", rows)));

    /// <summary>A row with a header of its own; cells that are not elements are put into one.</summary>
    public static XElement Row(object header, IEnumerable<object> cells, params IReadOnlyList<object?> attributes) =>
        Element("tr", attributes, Element("th", Attribute("scope", "row"), header),
            cells.Select(cell => Cell("td", cell)));

    /// <summary>The header of a column of words, which stand on the left.</summary>
    public static XElement WordHeader(object header) => Element("th", Attribute("scope", "col"), Class("words"), header);

    /// <summary>Subjects and their facts.</summary>
    public static XElement Facts(params IEnumerable<(string Subject, object Fact)> facts) =>
        Element("dl", facts.Select(fact => new[] { Element("dt", fact.Subject), Element("dd", fact.Fact) }));

    /// <summary>The whole page as text, a line per part.</summary>
    public static string Document(XElement html)
    {
        foreach (var text in html.DescendantNodes().OfType<XText>())
            text.Value = Printable(text.Value);
        foreach (var attribute in html.DescendantsAndSelf().Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
            attribute.Value = Printable(attribute.Value);
        var page = new StringBuilder("<!DOCTYPE html>\n");
        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.None };
        using (var writer = XmlWriter.Create(page, settings))
            html.Save(writer);
        return page.Append('\n').ToString();
    }

    private static XElement Cell(string name, object content, params IReadOnlyList<object?> attributes) =>
        content is XElement { Name.LocalName: var found } whole && found == name ? whole : Element(name, attributes, content);

    /// <summary>A text without what neither XML nor HTML can hold, such as half of a surrogate pair in a damaged name.</summary>
    public static string Printable(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD");
        return clean.ToString();
    }
}
