using Empir.CommandLine.Work;
using Empir.Formats;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Empir.CommandLine.Rendering;

/// <summary>What <c>pack</c> shows: bits and bytes of members and layers, and what the whole takes.</summary>
internal static class PackTable
{
    public static IEnumerable<IRenderable> Of(PackSizes sizes, PackVerification? verified, bool hasBatchNorm)
    {
        var table = Tables.New().Words("member").Words("layer").Words("bits").Numbers("bytes");
        foreach (var member in sizes.Members)
        {
            foreach (var (place, layer) in member.Layers.Index())
                table.Row(place == 0 ? member.Name : "", layer.Name, Bits(layer), Words.Count(layer.Bytes));
            table.Row("", "alone in a file", "", Words.Count(member.FileBytes));
        }
        table.Row("all", "", "", Words.Count(sizes.FileBytes));
        yield return table;
        if (sizes is { FullMember: { } full, FileRatio: { } ratio })
            yield return new Text(FormattableString.Invariant($"The whole ensemble takes {ratio:0.000} times the bytes of {full.Name} packed alone.\n"));
        if (verified is not null)
            yield return new Text($"{Verdict(verified, hasBatchNorm)}\n{Logits(verified)}\n");
    }

    public static string Json(string file, PackSizes sizes, PackVerification? verified) => MachineJson.Of(new
    {
        File = file,
        sizes.FileBytes,
        FullMember = sizes.FullMember?.Name,
        FullMemberFileBytes = sizes.FullMember?.FileBytes,
        sizes.FileRatio,
        sizes.Members,
        Verified = verified is null ? null : new { verified.Images, verified.Mismatches, verified.MemberMismatches, FirstMismatches = verified.First, verified.MemberLogitDifferences },
    });

    /// <summary>What a comparison with TorchSharp came to.</summary>
    public static string Verdict(PackVerification verified, bool hasBatchNorm) => verified.IsSame
        ? $"Verified: {Words.Count(verified.Images)} of {Words.Count(verified.Images)} images are decided as by TorchSharp, by the ensemble and by each member alone."
        : $"{Words.Count(verified.Mismatches)} of {Words.Count(verified.Images)} images are decided otherwise than by TorchSharp; by members alone: "
            + $"{string.Join(", ", verified.MemberMismatches.Select(member => $"{member.Key} {Words.Count(member.Value)}"))}; the first {string.Join(", ", verified.First)}. "
            + (hasBatchNorm
                ? "The comparison is with TorchSharp's network in 32 bits. With batch norm these may put a value on the other side of a level's threshold than the packed engine's double precision does; see docs/packed.md."
                : "Without batch norm there should be none: do not use this file, and report it.");

    /// <summary>How far the members' logits are from TorchSharp's.</summary>
    public static string Logits(PackVerification verified)
    {
        var all = verified.MemberLogitDifferences;
        var largest = FormattableString.Invariant($"{all.Values.Max(one => one.Largest):0.0E+0} of an image's largest");
        var others = all.Where(member => member.Value.ImagesBeyondRounding > 0).Select(member => $"{member.Key} on {Words.Count(member.Value.ImagesBeyondRounding)} images");
        return string.Join(", ", others) is { Length: > 0 } beyond
            ? $"Logits differ by more than rounding, as they do where a level is another one: {beyond}; where they are finite by at most {largest}."
            : $"No logit differs by more than rounding: by at most {largest}.";
    }

    private static string Bits(PackedLayerSize layer) => layer is { WeightBits: 32, ActivationBits: 32 }
        ? "32-bit"
        : FormattableString.Invariant($"w{layer.WeightBits} a{layer.ActivationBits}");
}
