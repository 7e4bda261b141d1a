using Empir.Attacks;
using Empir.Ensembles;
using Empir.Modules;
using Empir.Surfaces;

namespace Empir.Evaluation;

/// <summary>
/// The attacks of the protocol <c>adaptive</c>: AutoAttack's set on every surface of the ensemble, what carries over from its
/// members, PGD with restarts, and without gradients Square, corner search and noise against the decision itself.
/// </summary>
/// <param name="threat">Norm and radius.</param>
/// <param name="ensemble">The ensemble, whose fusion and members decide which surfaces there are.</param>
internal sealed class AdaptiveProtocol(ThreatModel threat, Ensemble ensemble)
{
    private static readonly Attack
        CrossEntropy = new Apgd(),
        Dlr = new Apgd { Loss = Loss.Dlr },
        Targeted = new Apgd { Loss = Loss.Dlr, TargetClasses = 9 },
        Boundary = new Fab { TargetClasses = 9 };

    // Members that read a pixel with one bit each may have thresholds of their own: places 0.05 apart at 0.3 lie between any two that matter.
    private readonly bool haveThresholds = ensemble.Members.Count > 1 && ensemble.Members.All(ReadsOneBit);

    private CornerSearch Corners => haveThresholds ? new() { Places = 13 } : new();

    private readonly Pgd pgd = Pgd.Across(threat, ensemble.Members[0].Card.Input.Pixels, 100) with { Restarts = 5 };

    /// <summary>
    /// Members first, then the ensemble; within each by price, 100 gradients before 900 before thousands of queries, since what
    /// costs most should meet the fewest images.
    /// </summary>
    public IReadOnlyList<ProtocolAttack> Attacks()
    {
        Surface[] agreeing = [Agreeing()];
        Surface[] surfaces =
        [
            .. agreeing,
            .. new Surface[]
            {
                new SumOfMarginsSurface(ensemble), new MeanProbabilitiesSurface(ensemble), new MeanLogitsSurface(ensemble), new ReweightedMembersSurface(ensemble),
            }.Where(surface => surface.Name != agreeing[0].Name),
        ];
        Surface[] tempered = [.. surfaces.Where(surface => surface is not (VoteMarginSurface or SumOfMarginsSurface)).Select(surface => new TemperedSurface(surface))];
        Surface[] leaky = QuantisesActivations()
            ? [.. agreeing.Append(new MeanProbabilitiesSurface(ensemble)).DistinctBy(surface => surface.Name).Select(surface => new LeakyClipSurface(surface))]
            : [];
        Surface[] members = [.. ensemble.Members.Select((_, member) => new MemberSurface(ensemble, member))];
        Surface[] restarted = [.. agreeing.Append(new MeanProbabilitiesSurface(ensemble)).DistinctBy(surface => surface.Name)];
        return
        [
            .. new[] { CrossEntropy, pgd, Targeted, Boundary, new CornerSearch(), new Square(), new RandomNoise() }.Where(attack => attack.Supports(threat.Norm)).Select(OnMembers),
            .. On(surfaces, CrossEntropy, Dlr),
            .. On(tempered, CrossEntropy),
            .. On(leaky, CrossEntropy, Dlr),
            .. On(members, CrossEntropy),
            .. ensemble.Members.Select((_, member) => From(member)),
            .. On(restarted, pgd),
            .. On(surfaces, Targeted),
            .. On(members, Targeted),
            .. On(surfaces, Boundary),
            .. On(members, Boundary),
            .. Corners.Supports(threat.Norm) ? On(haveThresholds ? [.. agreeing, new SumOfMarginsSurface(ensemble)] : agreeing, Corners) : [],
            .. On(surfaces, new Square()),
            .. On(agreeing, new RandomNoise()),
        ];
    }

    // Scores whose largest is the decision: what queries and boundaries are about.
    private Surface Agreeing() => ensemble.Fusion switch
    {
        Majority => new VoteMarginSurface(ensemble),
        Average { Of: FusedOutput.Logits } => new MeanLogitsSurface(ensemble),
        Average => new MeanProbabilitiesSurface(ensemble),
        _ => new FusedScoresSurface(ensemble),
    };

    private bool QuantisesActivations() =>
        ensemble.Members.Any(member => member.Card.Layers.Any(layer => layer.ActivationBits is not (0 or 32)));

    private static bool ReadsOneBit(Classifier member) => member.Card.Layers.FirstOrDefault(layer => layer.WeightBits > 0) is { ActivationBits: 1 };

    private ProtocolAttack OnMembers(Attack attack) => new(attack, threat, null);

    private IEnumerable<ProtocolAttack> On(Surface[] surfaces, params Attack[] attacks) =>
        from attack in attacks
        from surface in surfaces
        select new ProtocolAttack(attack, threat, _ => surface) { Row = $"{attack.Name} on {surface.Name}", OnMembers = false };

    // To the last step: an image left as soon as its own member errs seldom moves another.
    private ProtocolAttack From(int member)
    {
        var source = new ClassifierSurface(ensemble.Members[member], ensemble.Card.Members[member].Name);
        var attack = new Transfer(pgd with { Restarts = 1, Iterate = Iterate.Last }, source);
        return new(attack, threat, _ => new MemberSurface(ensemble, member)) { Row = attack.Name, OnMembers = false };
    }
}
