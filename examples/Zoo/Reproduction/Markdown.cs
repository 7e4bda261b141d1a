using static System.FormattableString;

namespace Zoo.Reproduction;

/// <summary>Rows and cells of the tables.</summary>
internal static class Markdown
{
    public static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>The line under the titles: the first column is words, all others are numbers.</summary>
    public static string Rule(int numbers) => $"|---|{string.Concat(Enumerable.Repeat("---:|", numbers))}";

    public static string Percent(double share) => Invariant($"{share:F2}");

    public static string Signed(double points) => Invariant($"{points:+0.00;-0.00;0.00}");

    public static string Minutes(double? minutes) => minutes is { } value ? Invariant($"{value:F1}") : "-";
}
