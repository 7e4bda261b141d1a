using System.Xml.Linq;
using static System.FormattableString;
using static Empir.CommandLine.Reports.Html;

namespace Empir.CommandLine.Reports;

/// <summary>Everything needed to get the same numbers again.</summary>
internal static class RepeatSection
{
    public static XElement Of(ReportSubject subject)
    {
        var (evaluation, environment) = (subject.Evaluation, subject.Evaluation.Environment);
        return Section("repeat", "How to repeat it",
            Paragraph($"With the same weights and in the same environment, this gives the same evaluation.json{(environment.Device == "cpu" ? " to the bit" : ", but for the order in which a GPU adds")}:"),
            Element("pre", Code(Command(subject))),
            Paragraph("Add the options the members were trained with (such as --epochs or --limit) where these were not the spec's."),
            Facts(
            [
                ("seed", Invariant($"{evaluation.Seed}")),
                ("device", $"{environment.Device}, {Words.Count(environment.Threads)} {(environment.Threads == 1 ? "thread" : "threads")}"),
                ("versions", $"Empir {environment.Empir}, TorchSharp {environment.TorchSharp}, libtorch {environment.Libtorch}, {environment.Runtime}, {environment.Platform}"),
                ("format", Code(evaluation.Format)),
                ("spec", Hash($"{evaluation.SpecFile}, SHA-256 ", evaluation.SpecSha256)),
                ("dataset", Hash($"{evaluation.Data.Dataset}, SHA-256 ", evaluation.Data.Sha256)),
                .. evaluation.Members.Select(member => ($"weights of {member.Name}", (object)Hash($"{member.Architecture} {member.Precision}, SHA-256 ", member.WeightsSha256))),
            ]));
    }

    private static string Command(ReportSubject subject)
    {
        var evaluation = subject.Evaluation;
        var adaptive = evaluation.Protocols.Where(protocol => protocol.Protocol == "adaptive").ToArray();
        // Two radii come from the spec and the dataset; one given by hand would be the only one.
        var radius = adaptive.Length > 1 ? null : evaluation.Protocols.Select(protocol => protocol.Rows[^1].Threat?.Epsilon).FirstOrDefault();
        return string.Join(' ',
        [
            subject.Tool, "evaluate", evaluation.Ensemble,
            .. evaluation.Protocols.Select(protocol => protocol.Protocol).Distinct().Select(name => $"--protocol {name}"),
            // Different numbers come from the spec; one given by hand would be everyone's.
            .. evaluation.Protocols.All(protocol => protocol.Images == evaluation.Data.Images) ? [Invariant($"--images {evaluation.Data.Images}")] : Array.Empty<string>(),
            .. radius is { } epsilon ? [Invariant($"--epsilon {epsilon}")] : Array.Empty<string>(),
            Invariant($"--seed {evaluation.Seed}"),
            .. adaptive.Any(protocol => !protocol.Cumulative) ? ["--exhaustive"] : Array.Empty<string>(),
            .. evaluation.Ladder is null ? Array.Empty<string>() : ["--ladder"],
            .. evaluation.Transfer is null ? Array.Empty<string>() : ["--transfer"],
            .. evaluation.Masking is null ? Array.Empty<string>() : ["--masking"],
            $"--device {evaluation.Environment.Device}",
            Invariant($"--threads {evaluation.Environment.Threads}"),
        ]);
    }

    private static object[] Hash(string what, string hash) => [what, Code(hash)];
}
