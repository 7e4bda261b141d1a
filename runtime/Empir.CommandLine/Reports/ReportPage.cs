using System.Text;
using System.Xml.Linq;
using Empir.Files;
using static Empir.CommandLine.Reports.Html;

namespace Empir.CommandLine.Reports;

/// <summary>
/// report.html: one file that needs no other, no network and no script. It holds no times, so that equal evaluations give
/// equal pages.
/// </summary>
internal static class ReportPage
{
    // Nothing can be fetched and nothing runs, whatever a name in an evaluation holds.
    private const string ContentPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    /// <summary>The page as text.</summary>
    public static string Of(ReportSubject subject)
    {
        XElement[] sections =
        [
            ProtocolSection.Of(subject),
            LadderSection.Of(subject),
            TransferSection.Of(subject),
            MaskingSection.Of(subject),
            ExampleSection.Of(subject),
            CardSection.Of(subject),
            RepeatSection.Of(subject),
        ];
        return Document(Element("html", Attribute("lang", "en"),
            Element("head",
                Element("meta", Attribute("charset", "utf-8")),
                Element("meta", Attribute("name", "viewport"), Attribute("content", "width=device-width, initial-scale=1")),
                Element("meta", Attribute("name", "color-scheme"), Attribute("content", "light dark")),
                Element("meta", Attribute("http-equiv", "Content-Security-Policy"), Attribute("content", ContentPolicy)),
                Element("link", Attribute("rel", "icon"), Attribute("href", "data:,")),
                Element("title", $"{subject.Evaluation.Ensemble}: robustness report"),
                Element("style", Stylesheet())),
            Element("body",
                Overview.Of(subject, [.. sections.Select(Link)]),
                Element("main", sections),
                Element("footer", Paragraph(
                    $"Written by '{subject.Tool} report {subject.Evaluation.Ensemble}' from evaluation.json; the evaluation is of Empir {subject.Evaluation.Environment.Empir}.")))));
    }

    /// <summary>Writes the page, atomically.</summary>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public static void Write(ReportSubject subject, string path) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(Of(subject))));

    private static XElement Link(XElement section) =>
        Element("a", Attribute("href", $"#{section.Attribute("id")!.Value}"), section.Element("h2")!.Value);

    private static string Stylesheet()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
