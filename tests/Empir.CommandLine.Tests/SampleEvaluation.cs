using System.Runtime.InteropServices;
using Empir.Attacks;
using Empir.Evaluation;

namespace Empir.CommandLine.Tests;

/// <summary>Evaluations of TinyEmpir as no evaluator had to compute them: with everything in it that a report can hold.</summary>
internal static class SampleEvaluation
{
    private const int Images = 10;

    private static readonly string[] Systems = ["full", "low_a", "low_b", "TinyEmpir"];

    private static readonly ThreatModel Threat = ThreatModel.Linf(0.2), Unbounded = ThreatModel.L2(double.PositiveInfinity);

    public static EvaluationReport Plain { get; } = new(
        "TinyEmpir", "specs/tiny.empir.yaml", TinyEmpir.Spec.Card.SpecHash, "majority, ties to full",
        [new("low_a", "Tiny", "low", "aa11"), new("low_b", "Tiny", "low", "bb22"), new("full", "Tiny", "full", "cc33")],
        new("stripes", "dd44", Images, 20) { Shape = [1, 4, 4], Classes = ["rows", "columns", "plain"] },
        7, new("0.1.0", "0.107.0", "2.10.0", ".NET 10", "an operating system", "cpu", 2),
        [Protocol("paper", LabelPolicy.Predicted, right: 6), Protocol("white_box", LabelPolicy.True, right: 3)])
    {
        Clean = new("clean", RowKind.Clean, null, null, [.. Systems.Select(system => new CellResult(system, null, 0.85, null, null, new string('1', 17) + "000"))]),
        Examples = [Example(image: 2, adversarial: 1), Example(image: 5, adversarial: 0)],
    };

    /// <summary>The same evaluation of an ensemble of another name.</summary>
    public static EvaluationReport Of(string ensemble, EvaluationReport report)
    {
        return report with
        {
            Ensemble = ensemble,
            Clean = Renamed(report.Clean),
            Protocols = [.. report.Protocols.Select(protocol => protocol with { Rows = [.. protocol.Rows.Select(Renamed)] })],
        };

        RowResult Renamed(RowResult row) => row with { Cells = [.. row.Cells.SkipLast(1), row.Cells[^1] with { System = ensemble }] };
    }

    public static EvaluationReport Everything { get; } = Plain with
    {
        Protocols = [.. Plain.Protocols, Adaptive(0.2), Adaptive(0.1)],
        Ladder =
        [
            Row("clean", RowKind.Clean, null, null, 9),
            Row("PGD", RowKind.Attack, ThreatModel.Linf(0.1), "mean_probabilities", 4),
            Row("PGD", RowKind.Attack, ThreatModel.Linf(1), "mean_probabilities", 0),
        ],
        Transfer = [.. Systems.SkipLast(1).Select((member, index) => Row(member, RowKind.Attack, Threat, member, 2 * index))],
        Masking =
        [
            new("zero_gradients", MaskingVerdict.Clear, "No image is without a gradient.", [new("without a gradient", 0)]),
            new("fgsm_beats_iterative", MaskingVerdict.Tripped, "FGSM breaks 4 images that PGD leaves.", [new("broken by FGSM alone", 4)]),
            new("loss_still_moving", MaskingVerdict.NotMeasured, "Too few images are decided right.", []),
        ],
    };

    /// <summary>A row in which every system decides so many images right.</summary>
    public static RowResult Row(string name, RowKind kind, ThreatModel? threat, string? surface, int right, params string[] systems) => new(
        name, kind, threat, null,
        [.. (systems.Length == 0 ? Systems : systems).Select(system => new CellResult(
            system, surface, (double)right / Images, surface is null ? null : 1.25, surface is null ? null : 0.2,
            new string('1', right).PadRight(Images, '0')))]);

    private static ProtocolResult Protocol(string name, LabelPolicy labels, int right) => new(name, $"title of {name}", labels, Images,
    [
        Row("clean", RowKind.Clean, null, null, 9),
        Row("CW-L2", RowKind.Attack, Unbounded, "full", 1),
        Row("PGD", RowKind.Attack, Threat, "mean_probabilities", right),
        Row("worst case", RowKind.WorstCase, Threat, null, right - 1),
    ]);

    // A member has no vote whose margin could be attacked.
    public static ProtocolResult Adaptive(double epsilon)
    {
        var threat = ThreatModel.Linf(epsilon);
        string[] attacks = ["APGD-CE", "APGD-DLR", "FAB", "Square", "PGD-100"];
        return new("adaptive", "the strongest attacks on every surface", LabelPolicy.True, Images,
        [
            Row("clean", RowKind.Clean, null, null, 9),
            .. attacks.Select(attack => Row(attack, RowKind.Attack, threat, "mean_probabilities", 3)),
            .. attacks.Select(attack => Row(attack, RowKind.Attack, threat, "vote_margin", 2, "TinyEmpir")),
            Row("worst case", RowKind.WorstCase, threat, null, 2),
        ]);
    }

    private static Example Example(int image, int adversarial) => new(
        image, 0, "white_box", "PGD", "mean_probabilities", Threat, 0.5, 0.2, Pixels(0.25f), Pixels(0.45f),
        [.. Systems.Select(system => new ExampleVote(system, 0, 0.9, adversarial, 0.6))]);

    private static string Pixels(float value) =>
        Convert.ToBase64String(MemoryMarshal.AsBytes<float>(Enumerable.Repeat(value, 16).ToArray()));
}
