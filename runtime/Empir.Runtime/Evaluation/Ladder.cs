using Empir.Attacks;
using Empir.Surfaces;

namespace Empir.Evaluation;

/// <summary>
/// Accuracy under PGD at growing radii, until nothing is left. An attack that works leaves nothing once the ball holds any
/// image; a curve that stays up is a sign of masked gradients (Carlini et al., arXiv 1902.06705, section 5.3).
/// </summary>
internal static class Ladder
{
    /// <summary>The table's name.</summary>
    public const string Name = "ladder";

    private const int Steps = 40;

    /// <summary>Radii around the threat's own, which is one of them, up to the one whose ball holds the whole box.</summary>
    /// <param name="threat">The threat model.</param>
    /// <param name="pixels">Values of an image.</param>
    public static IReadOnlyList<double> Radii(ThreatModel threat, long pixels)
    {
        var width = threat.BoxRadius(pixels);
        if (!(threat.Epsilon > 0 && double.IsFinite(threat.Epsilon)))
            throw new UserErrorException($"The ladder climbs from the threat's epsilon, and that is {threat.Epsilon}. Give one above 0.");
        var multiples = new[] { 0.125, 0.25, 0.5, 0.75, 1 }
            .Concat(Enumerable.Range(1, 60).SelectMany(power => new[] { 0.75, 1 }.Select(part => part * Math.Pow(2, power))));
        return [.. multiples.Select(multiple => multiple * threat.Epsilon).TakeWhile(radius => radius < width), width];
    }

    /// <summary>What an image costs at most, in gradients of one network, for every network attacked.</summary>
    public static double Work(ThreatModel threat, long pixels) => Radii(threat, pixels).Count * (double)Steps;

    /// <summary>Climbs: a row per radius after the clean one, on its images; a column per system.</summary>
    public static IReadOnlyList<RowResult> Climb(ThreatModel threat, long pixels, IReadOnlyList<EvaluatedSystem> systems, EvaluationRun run, RowResult clean)
    {
        var rows = new List<RowResult> { clean };
        foreach (var radius in Radii(threat, pixels))
        {
            var before = rows[^1].Cells;
            if (before.All(cell => cell.Accuracy == 0))
                break;
            var attack = new ProtocolAttack(
                Pgd.Across(threat with { Epsilon = radius }, pixels, Steps), threat with { Epsilon = radius }, whole => new MeanProbabilitiesSurface(whole));
            rows.Add(new(attack.Attack.Name, RowKind.Attack, attack.Threat, AttackParameters.Of(attack.Attack),
                [.. systems.Select((system, column) => run.Attacked(
                    new(Name, FormattableString.Invariant($"PGD at {radius:G4}"), system.Name, Steps * system.Networks),
                    attack, LabelPolicy.True, system, before[column].Right))]));
        }
        return rows;
    }
}
