using Empir.CommandLine.Measuring;
using Spectre.Console;
using Spectre.Console.Rendering;
using static System.FormattableString;

namespace Empir.CommandLine.Rendering;

/// <summary>What <c>bench</c> shows: times and ratios, who was asked, and the headline.</summary>
internal static class BenchTable
{
    public static IEnumerable<IRenderable> Of(BenchResult result)
    {
        yield return new Text($"{result.Environment.Text}.{result.Environment.LoadText}\n");
        yield return Times(result);
        yield return Asked(result);
        yield return Kernels(result);
        foreach (var line in Lines(result))
            yield return new Text(line + "\n");
    }

    private static Table Times(BenchResult result)
    {
        var table = Tables.New("microseconds per image (ratio to the full-precision member in TorchSharp)").Words("medians of alternating rounds");
        foreach (var one in result.Measurements)
            table.Numbers(Invariant($"{one.Threads} {(one.Threads == 1 ? "thread" : "threads")}\nbatch {one.Batch}\n{one.Images} images"));
        foreach (var system in result.Measurements[0].Ratios.Keys)
            table.Row([BenchSystems.Words(system), .. result.Measurements.Select(one => Invariant($"{one.MicrosecondsPerImage[system]:#,0.0} ({one.Ratios[system]:0.000})"))]);
        return table;
    }

    private static Table Asked(BenchResult result)
    {
        var table = Tables.New("images the lazy vote asked each member about").Words("");
        foreach (var member in result.Asked.Keys)
            table.Numbers(member);
        table.Row([$"{Words.Count(result.Images)} test images", .. result.Asked.Values.Select(Words.Percent)]);
        if (result.UnderAttack is { } attacked)
            table.Row([$"{Words.Count(attacked.Images)} images perturbed by PGD", .. attacked.Asked.Values.Select(Words.Percent)]);
        return table;
    }

    private static Table Kernels(BenchResult result)
    {
        var table = Tables.New().Words("layer").Words("kernel").Words("members");
        var layers = result.Kernels.SelectMany(member => member.Value.Select(layer => (
            Member: member.Key, Layer: layer.Key, Kernel: Both(layer.Value + Shares(result, member.Key, layer.Key), layer.Value, result.KernelsAllMembers[member.Key][layer.Key]))));
        foreach (var group in layers.GroupBy(one => (one.Layer, one.Kernel)))
            table.Row(group.Key.Layer, group.Key.Kernel, string.Join(", ", group.Select(one => one.Member)));
        return table;
    }

    private static string Both(string text, string lazy, string even) => lazy == even ? text : $"{text}\n  all members always: {even}";

    // By the first kernel alone: of two that the image chooses from, the other took the rest.
    private static string Shares(BenchResult result, string member, string layer) =>
        result.KernelShares.FirstOrDefault(one => one.Member == member && one.Layer == layer) is { } first ? $"\n  the first took {Words.Percent(first.Share)} of the test images' levels" : "";

    private static IEnumerable<string> Lines(BenchResult result)
    {
        yield return Invariant($"{result.Ensemble} at {result.Headline.Threads} {(result.Headline.Threads == 1 ? "thread" : "threads")} and batches of {result.Headline.Batch}: {result.RatioAllMembers:0.000} times the full-precision member's time in TorchSharp with all members, {result.RatioLazy:0.000} with the lazy vote{(result.SpeedupLowMember is { } speed ? Invariant($"; a low-bit member alone is {speed:0.0} times as fast") : "")}.");
        yield return Invariant($"Compared with {result.FullMember} packed alone: {result.RatioAllMembersToPackedFull:0.000} times its time with all members, {result.RatioLazyToPackedFull:0.000} with the lazy vote{(result.SpeedupLowMemberToPackedFull is { } own ? Invariant($"; a low-bit member alone is {own:0.0} times as fast") : "")}.");
        yield return Invariant($"The packed file is {result.FileRatio:0.000} times that of {result.FullMember} packed alone. {(result.Mismatches == 0 ? "No decision differs" : $"{Words.Count(result.Mismatches)} decisions differ")} from TorchSharp's on {Words.Count(result.Images)} images.");
        if (result.PeakMemoryMib is { } memory)
            yield return Invariant($"A process that predicts 128 images holds at most {memory.Packed:0} MiB with the packed ensemble, {memory.TorchFull:0} MiB with {result.FullMember} alone in TorchSharp.");
        if (result.UnderAttack is { } attacked)
            yield return Invariant($"Under attack (PGD, epsilon {attacked.Epsilon}, {attacked.Broken} of {attacked.Images} images decided wrongly) the lazy ratio is {attacked.RatioLazy:0.000}, and {attacked.RatioLazyToPackedFull:0.000} to {result.FullMember} packed alone; {(attacked.Mismatches == 0 ? "no decision differs" : $"{attacked.Mismatches} decisions differ")} from TorchSharp's.");
    }
}
