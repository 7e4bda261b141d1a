using System.Globalization;
using System.Xml.Linq;
using Empir.Evaluation;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Empir.CommandLine.Reports;

/// <summary>The ladder's curves, drawn for a wide screen and for a narrow one, of which the page shows the one that fits.</summary>
internal static class LadderPlot
{
    // Shapes and dashes, so that curves are told apart without colours.
    private static readonly MarkerType[] Markers = [MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond];
    private static readonly LineStyle[] Dashes = [LineStyle.Dash, LineStyle.Dot, LineStyle.DashDot];

    public static IEnumerable<XElement> Of(IReadOnlyList<RowResult> ladder, string ensemble)
    {
        var title = $"Accuracy of every system under PGD at growing radii; {ensemble} from {Words.Percent(ladder[0].Cells[^1].Accuracy)} to {Words.Percent(ladder[^1].Cells[^1].Accuracy)}";
        yield return ThemedSvg.Of(Model(ladder, fontSize: 14), 760, 400, title, "wide");
        yield return ThemedSvg.Of(Model(ladder, fontSize: 13), 358, 380, title, "narrow");
    }

    private static PlotModel Model(IReadOnlyList<RowResult> ladder, double fontSize)
    {
        var model = new PlotModel
        {
            Culture = CultureInfo.InvariantCulture,
            DefaultFontSize = fontSize,
            TextColor = ThemedSvg.Ink,
            PlotAreaBorderColor = ThemedSvg.Line,
            // Room for a page's type, which is wider than the one the library measures.
            Padding = new OxyThickness(18, 12, 14, 8),
        };
        model.Axes.Add(Axis(AxisPosition.Bottom, "epsilon", maximum: ladder[^1].Threat?.Epsilon ?? 1, "G3"));
        model.Axes.Add(Axis(AxisPosition.Left, null, maximum: 1, "0%"));
        model.Legends.Add(new Legend
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.BottomCenter,
            LegendOrientation = LegendOrientation.Horizontal,
            LegendItemSpacing = 28,
            LegendLineSpacing = 8,
            LegendSymbolLength = 28,
        });
        var last = ladder[0].Cells.Count - 1;
        model.Series.Add(Band(ladder, last));
        for (var column = 0; column <= last; column++)
            model.Series.Add(Curve(ladder, column, isEnsemble: column == last));
        return model;
    }

    private static LinearAxis Axis(AxisPosition position, string? title, double maximum, string format) => new()
    {
        Position = position,
        Title = title,
        Minimum = 0,
        Maximum = maximum,
        StringFormat = format,
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = ThemedSvg.Line,
        TicklineColor = ThemedSvg.Line,
        MajorTickSize = 0,
        MinorTickSize = 0,
        AxisTitleDistance = 8,
    };

    private static AreaSeries Band(IReadOnlyList<RowResult> ladder, int column)
    {
        var band = new AreaSeries { StrokeThickness = 0, Color = OxyColors.Transparent, Fill = OxyColor.FromAColor(50, ThemedSvg.Series(0)), RenderInLegend = false };
        foreach (var row in ladder)
        {
            band.Points.Add(new(Epsilon(row), row.Cells[column].Interval.High));
            band.Points2.Add(new(Epsilon(row), row.Cells[column].Interval.Low));
        }
        return band;
    }

    private static LineSeries Curve(IReadOnlyList<RowResult> ladder, int column, bool isEnsemble)
    {
        var colour = ThemedSvg.Series(isEnsemble ? 0 : column + 1);
        var curve = new LineSeries
        {
            Title = Html.Printable(ladder[0].Cells[column].System),
            Color = colour,
            StrokeThickness = isEnsemble ? 3 : 2,
            LineStyle = isEnsemble ? LineStyle.Solid : Dashes[column % Dashes.Length],
            MarkerType = isEnsemble ? MarkerType.Circle : Markers[column % Markers.Length],
            MarkerFill = colour,
            MarkerSize = 4,
        };
        foreach (var row in ladder)
            curve.Points.Add(new(Epsilon(row), row.Cells[column].Accuracy));
        return curve;
    }

    private static double Epsilon(RowResult row) => row.Threat?.Epsilon ?? 0;
}
