using Empir.Attacks;

namespace Empir.Evaluation;

/// <summary>
/// Images crafted on one member, decided by every other and by the ensemble: a vote is worth little where members fall for the
/// same images.
/// </summary>
internal static class TransferMatrix
{
    /// <summary>The table's name.</summary>
    public const string Name = "transfer";

    /// <summary>What an image costs, in gradients of one network, for every member attacked.</summary>
    public static double Work(ThreatModel threat) => Attack(threat).GradientSteps;

    /// <summary>Crafts and scores: a row per member crafted on, a column per system that decides.</summary>
    public static IReadOnlyList<RowResult> Measure(ThreatModel threat, IReadOnlyList<EvaluatedSystem> systems, EvaluationRun run, RowResult clean)
    {
        var attack = Attack(threat);
        string[] right = [.. clean.Cells.Select(cell => cell.Right)];
        return [.. systems.SkipLast(1).Select(source => new RowResult(
            source.Name, RowKind.Attack, threat, AttackParameters.Of(attack),
            run.Transferred(
                new(Name, $"PGD on {source.Name}", source.Name, attack.GradientSteps), new(attack, threat, null), source, systems, right)))];
    }

    // The white-box protocol's PGD, but to its last step: an image left as soon as its own member errs seldom moves another.
    private static Pgd Attack(ThreatModel threat) =>
        Protocol.WhiteBox(threat).Attacks.Select(one => one.Attack).OfType<Pgd>().Single() with { Iterate = Iterate.Last };
}
