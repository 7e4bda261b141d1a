namespace Empir.Evaluation;

/// <summary>Runs a protocol: a row per attack, a column per system, and image by image what is left of all.</summary>
/// <param name="protocol">The attacks.</param>
/// <param name="systems">The columns.</param>
/// <param name="images">How many images, from the first.</param>
internal sealed class ProtocolTable(Protocol protocol, IReadOnlyList<EvaluatedSystem> systems, int images)
{
    // Expected to survive before anything is known.
    private const double SurvivingShare = 0.1;

    /// <summary>How many images, from the first.</summary>
    public int Images => images;

    /// <summary>What it costs as far as it is known beforehand, in gradients of one network.</summary>
    public double KnownWork => protocol.PaidBySurvivors ? 0 : images * systems.Sum(system => Price(system));

    /// <summary>Tells what lies ahead and depends on how many images survive.</summary>
    public void Announce(EvaluationRun run)
    {
        if (protocol.PaidBySurvivors)
            foreach (var system in systems)
                Expect(run, system, SurvivingShare * images, after: -1);
    }

    /// <summary>Runs it.</summary>
    /// <param name="run">Fills cells.</param>
    /// <param name="clean">The systems' row without an attack, on <see cref="Images" />.</param>
    /// <param name="smaller">The same protocol at smaller radii: what it broke there is broken here.</param>
    public ProtocolResult Fill(EvaluationRun run, RowResult clean, IReadOnlyList<ProtocolResult> smaller)
    {
        var rows = new List<RowResult> { clean };
        var before = clean.Cells;
        var left = before.Select((cell, column) => smaller.Aggregate(cell.Right, (right, result) => Both(right, result.Rows[^1].Cells[column].Right))).ToArray();
        bool[] known = [.. systems.Select(_ => smaller.Count > 0)];
        for (var number = 0; number < protocol.Attacks.Count; number++)
        {
            var (attack, cells) = (protocol.Attacks[number], new List<CellResult>());
            for (var column = 0; column < systems.Count; column++)
            {
                if (systems[column].Surface(attack) is null)
                    continue;
                var place = new CellPlace(protocol.Table, attack.Row, systems[column].Name, Price(attack, systems[column]));
                if (protocol.PaidBySurvivors)
                {
                    var expected = Survivors(left, known);
                    for (var other = 0; other < systems.Count; other++)
                        Expect(run, systems[other], expected[other], after: other <= column ? number : number - 1);
                    place = place with { Survivors = expected[column] };
                }
                cells.Add(IsRepetition(attack, systems[column])
                    ? cells[0] with { System = systems[column].Name }
                    : run.Attacked(place, attack, protocol.Labels, systems[column], protocol.Cumulative ? left[column] : before[column].Right));
                if (double.IsFinite(attack.Threat.Epsilon))
                    left[column] = Both(left[column], cells[^1].Right);
                known[column] = true;
            }
            rows.Add(new(attack.Row, RowKind.Attack, attack.Threat, AttackParameters.Of(attack.Attack), cells));
        }
        var threat = protocol.Attacks.First(attack => double.IsFinite(attack.Threat.Epsilon)).Threat;
        rows.Add(new("worst case", RowKind.WorstCase, threat, null,
            [.. systems.Zip(left, (system, right) => Tally.OfRight(system.Name, right))]));
        return new(protocol.Name, protocol.Title, protocol.Labels, images, rows) { Cumulative = protocol.Cumulative };
    }

    // What is left of the systems that were attacked; of the others, as much as of those on average.
    private double[] Survivors(string[] left, bool[] known)
    {
        var counts = left.Select(right => (double)right.Count(image => image == '1')).ToArray();
        var average = counts.Where((_, column) => known[column]).DefaultIfEmpty(SurvivingShare * images).Average();
        return [.. counts.Select((count, column) => known[column] ? count : average)];
    }

    private void Expect(EvaluationRun run, EvaluatedSystem system, double survivors, int after) =>
        run.Work.Expect($"{protocol.Table}/{system.Name}", survivors * Price(system, after));

    private double Price(EvaluatedSystem system, int after = -1) => protocol.Attacks.Skip(after + 1).Sum(attack => Price(attack, system));

    private double Price(ProtocolAttack attack, EvaluatedSystem system) =>
        system.Surface(attack) is null || IsRepetition(attack, system) ? 0 : (double)attack.Attack.GradientSteps * system.Networks;

    // The ensemble of one network is that network: where the same is differentiated, the same is found.
    private bool IsRepetition(ProtocolAttack attack, EvaluatedSystem system) =>
        systems.Count == 2 && system == systems[1] && system.Surface(attack)?.Name == systems[0].Surface(attack)?.Name;

    private static string Both(string one, string other) =>
        string.Concat(one.Zip(other, (first, second) => first == '1' && second == '1' ? '1' : '0'));
}
