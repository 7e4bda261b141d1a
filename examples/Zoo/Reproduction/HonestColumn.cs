using Empir.Evaluation;
using static System.FormattableString;

namespace Zoo.Reproduction;

/// <summary>A column of the tables: an honest protocol at a radius.</summary>
/// <param name="Protocol">The protocol's name.</param>
/// <param name="Radius">The radius in Linf.</param>
internal sealed record HonestColumn(string Protocol, double Radius)
{
    public string Title => Invariant($"`{Protocol}` at {Radius:G3}");

    /// <summary>All that some evaluation has, by protocol and radius.</summary>
    public static HonestColumn[] Of(IEnumerable<Evidence> found) =>
    [
        .. found.SelectMany(one => one.Evaluation.Protocols).Where(result => result.Labels == LabelPolicy.True)
            .Select(result => new HonestColumn(result.Protocol, RadiusOf(result))).Distinct()
            .OrderByDescending(column => column.Protocol, StringComparer.Ordinal).ThenBy(column => column.Radius),
    ];

    /// <summary>A protocol's own radius.</summary>
    public static double RadiusOf(ProtocolResult result) => result.Rows[^1].Threat!.Epsilon;

    /// <summary>What is left, its interval and the number of images.</summary>
    public string Cell(SystemResult system) => system.Left(Protocol, Radius) is { } left
        ? Invariant($"{100 * left.Accuracy:F1} ({100 * left.Interval.Low:F1} to {100 * left.Interval.High:F1}), {left.Right.Length:N0}")
        : "";

    /// <summary>How many points more are left of one than of another, on as many images.</summary>
    public string Gain(SystemResult with, SystemResult without) =>
        with.Left(Protocol, Radius) is { } one && without.Left(Protocol, Radius) is { } other ? Markdown.Signed(100 * (one.Accuracy - other.Accuracy)) : "";
}
