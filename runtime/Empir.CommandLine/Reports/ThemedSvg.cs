using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;

namespace Empir.CommandLine.Reports;

/// <summary>
/// A plot as SVG in the page's own colours. The library writes colours as numbers, which fit one background only; the plot
/// is drawn in placeholders, and these become the stylesheet's variables.
/// </summary>
internal static partial class ThemedSvg
{
    private const int SeriesColours = 6;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Text.</summary>
    public static OxyColor Ink { get; } = OxyColor.FromRgb(1, 0, 1);

    /// <summary>Axes and grid.</summary>
    public static OxyColor Line { get; } = OxyColor.FromRgb(2, 0, 2);

    /// <summary>A curve's colour; 0 is the ensemble's.</summary>
    public static OxyColor Series(int index) => OxyColor.FromRgb((byte)(10 + (index == 0 ? 0 : (index - 1) % (SeriesColours - 1) + 1)), 0, 3);

    /// <summary>Draws a plot.</summary>
    /// <param name="model">The plot, in placeholder colours.</param>
    /// <param name="width">Width of the drawing; its type is as large as it says where the page gives it this many pixels.</param>
    /// <param name="height">Height of the drawing.</param>
    /// <param name="title">What it shows, for those who cannot see it.</param>
    /// <param name="style">Class of the element.</param>
    public static XElement Of(PlotModel model, double width, double height, string title, string style)
    {
        var svg = XElement.Parse(new SvgExporter { Width = width, Height = height, IsDocument = false }.ExportToString(model));
        // Clip paths are known by names, of which a page with two plots would have two; nothing is drawn outside anyway.
        svg.Descendants(Svg + "defs").Remove();
        svg.Descendants().Attributes("clip-path").Remove();
        svg.Descendants().Attributes("font-family").Remove();
        foreach (var attribute in svg.Descendants().Attributes())
            attribute.Value = Placeholder().Replace(attribute.Value, Variable);
        svg.ReplaceAttributes(
            new XAttribute("viewBox", FormattableString.Invariant($"0 0 {width} {height}")), new XAttribute("role", "img"), new XAttribute("class", style));
        svg.AddFirst(new XElement(Svg + "title", title));
        return svg;
    }

    private static string Variable(Match colour) => (colour.Groups[1].Value, colour.Groups[2].Value) switch
    {
        ("1", "1") => "var(--ink)",
        ("2", "2") => "var(--line)",
        var (series, _) => $"var(--series-{int.Parse(series, System.Globalization.CultureInfo.InvariantCulture) - 10})",
    };

    [GeneratedRegex(@"rgb\((\d+),0,(\d+)\)")]
    private static partial Regex Placeholder();
}
