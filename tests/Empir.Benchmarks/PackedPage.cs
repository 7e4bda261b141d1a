using static System.FormattableString;

namespace Empir.Benchmarks;

/// <summary>What the results page says of the packed engine: a row per ensemble and choice of kernels, then all that was timed.</summary>
internal static class PackedPage
{
    private static readonly (string Title, Func<BenchResult, string> Cell)[] Columns =
    [
        ("ensemble", result => result.Ensemble),
        ("kernels", Kernels),
        ("all members", result => Ratio(result.RatioAllMembers)),
        ("all members, to the packed full member", result => Ratio(result.RatioAllMembersToPackedFull)),
        ("lazy vote", result => Ratio(result.RatioLazy)),
        ("lazy vote, to the packed full member", result => Ratio(result.RatioLazyToPackedFull)),
        ("low-bit member alone, times as fast", result => Times(result.SpeedupLowMember)),
        ("times as fast as the packed full member", result => Times(result.SpeedupLowMemberToPackedFull)),
        ("lazy vote under PGD", result => Ratio(result.UnderAttack!.RatioLazy)),
        ("lazy vote under PGD, to the packed full member", result => Ratio(result.UnderAttack!.RatioLazyToPackedFull)),
        ("decided wrongly under PGD, epsilon", result => Invariant($"{result.UnderAttack!.Broken} of {result.UnderAttack.Images}, {result.UnderAttack.Epsilon:0.####}")),
        ("asked: members in order (under PGD)", result => $"{Shares(result.Asked)} ({Shares(result.UnderAttack!.Asked)})"),
        ("file to the full member's", result => Ratio(result.FileRatio)),
        ("decisions that differ", result => $"{result.Mismatches} ({result.UnderAttack!.Mismatches} under PGD)"),
        ("peak MiB, packed and TorchSharp's full member", result => result.PeakMemoryMib is { } peak ? Invariant($"{peak.Packed:0} and {peak.TorchFull:0}") : ""),
    ];

    /// <summary>What the ratios are of, and the table's head.</summary>
    /// <param name="images">Test images that decisions are compared on.</param>
    public static IEnumerable<string> Head(int images)
    {
        yield return Invariant($"Ratios are to the full-precision member in TorchSharp, and where a column says so to the same member packed alone: 1 thread, batches of 128; what `zoo bench` prints. Timed on the first {BenchRequest.RoundImages(128, images)} test images in batches of 128, on the first {BenchRequest.RoundImages(1, images)} one by one; asked and decisions: on {images:#,0}. Under PGD, all on as many as the column of wrong decisions says.");
        yield return "";
        yield return Line(Columns.Select(column => column.Title));
        yield return $"|{string.Concat(Columns.Select(_ => "---|"))}";
    }

    /// <summary>One run of <c>bench</c> under attack.</summary>
    public static string Row(BenchResult result) => Line(Columns.Select(column => column.Cell(result)));

    /// <summary>All that a run timed, and the kernels.</summary>
    public static IEnumerable<string> Details(BenchResult result)
    {
        yield return "";
        yield return Line([$"{result.Ensemble}, kernels {Kernels(result)}: microseconds per image (ratio)", .. result.Measurements.Select(one => Invariant($"{one.Threads} thread{(one.Threads == 1 ? "" : "s")}, batch {one.Batch}"))]);
        yield return $"|---|{string.Concat(result.Measurements.Select(_ => "---|"))}";
        foreach (var system in result.Measurements[0].Ratios.Keys)
            yield return Line([BenchSystems.Words(system), .. result.Measurements.Select(one => Invariant($"{one.MicrosecondsPerImage[system]:F1} ({one.Ratios[system]:F3})"))]);
        yield return "";
        var (lazy, even) = (Layers(result.Kernels), Layers(result.KernelsAllMembers));
        yield return $"Kernels: {lazy}.{(lazy == even ? "" : $" All members always: {even}.")}";
    }

    private static string Layers(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> kernels) => string.Join(
        "; ", kernels.SelectMany(member => member.Value.Values).GroupBy(kernel => kernel).Select(group => $"`{group.Key}` for {group.Count()} layers"));

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Kernels(BenchResult result) => result.KernelAsked ?? "chosen";

    private static string Ratio(double ratio) => Invariant($"{ratio:F3}");

    private static string Times(double? speedup) => Invariant($"{speedup:F1}");

    private static string Shares(IReadOnlyDictionary<string, double> asked) => string.Join(", ", asked.Values.Select(share => Invariant($"{share:P0}")));
}
