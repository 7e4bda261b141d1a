using System.Text.Json;
using Empir.Evaluation;

namespace Empir.CommandLine;

/// <summary>Values as people read them.</summary>
internal static class Words
{
    public static string Percent(double share) => FormattableString.Invariant($"{share * 100:0.0}%");

    public static string Count(long value) => FormattableString.Invariant($"{value:#,0}");

    /// <summary>How many of the attacked images an attack broke: what was not attacked is not right, so the rest of those attacked survived.</summary>
    public static string Broken(CellResult cell) =>
        cell.Tried == 0 ? "-" : FormattableString.Invariant($"{cell.Tried - cell.Right.Count(image => image == '1')} of {cell.Tried}");

    /// <summary>Which images of a test set, the first ones: <c>all 10,000</c> or <c>first 1,000 of 10,000</c>.</summary>
    public static string Part(int images, int all) => images == all ? $"all {Count(all)}" : $"first {Count(images)} of {Count(all)}";

    /// <summary>Millions of bytes.</summary>
    public static string Megabytes(double bytes) => FormattableString.Invariant($"{bytes / 1e6:#,0.0} MB");

    /// <summary>A value under the name that files use.</summary>
    public static string SnakeCase(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Minutes and seconds, with hours where there are any.</summary>
    public static string Clock(TimeSpan time) => time.TotalHours >= 1
        ? FormattableString.Invariant($"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : FormattableString.Invariant($"{time.Minutes}:{time.Seconds:00}");
}
