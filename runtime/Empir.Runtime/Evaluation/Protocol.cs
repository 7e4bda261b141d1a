using Empir.Attacks;
using Empir.Ensembles;
using Empir.Surfaces;

namespace Empir.Evaluation;

/// <summary>Which class an attack moves an image away from.</summary>
public enum LabelPolicy
{
    /// <summary>The true class; an image that is wrong already counts as broken.</summary>
    True,

    /// <summary>
    /// The evaluated system's own prediction on the clean image, as in the paper's released code. A wrong image may be
    /// pushed into its true class, which flatters the defence.
    /// </summary>
    Predicted,
}

/// <summary>One attack of a protocol.</summary>
/// <param name="Attack">The attack.</param>
/// <param name="Threat">What it may do.</param>
/// <param name="EnsembleSurface">What it differentiates when the ensemble is attacked; null if it is not. A member alone is attacked on its logits.</param>
public sealed record ProtocolAttack(Attack Attack, ThreatModel Threat, Func<Ensemble, Surface>? EnsembleSurface)
{
    /// <summary>Its row in the table.</summary>
    public string Row { get; init; } = Attack.Name;

    /// <summary>Whether members alone are attacked too.</summary>
    public bool OnMembers { get; init; } = true;
}

/// <summary>A named list of attacks and how they are scored.</summary>
/// <param name="Name">Its name in specs, options and files.</param>
/// <param name="Title">One line for the reader of a table.</param>
/// <param name="Labels">Which class the attacks move away from.</param>
/// <param name="Attacks">The attacks, in the order of the table.</param>
public sealed record Protocol(string Name, string Title, LabelPolicy Labels, IReadOnlyList<ProtocolAttack> Attacks)
{
    /// <summary>Whether every attack is run only on the images that none before it broke, so that rows are what is left so far.</summary>
    public bool Cumulative { get; init; }

    /// <summary>Which of the protocols it is.</summary>
    internal ProtocolName Kind { get; init; } = ProtocolName.Paper;

    /// <summary>The table's name while it is filled; the same protocol may run at several radii.</summary>
    internal string Table { get; init; } = Name;

    /// <summary>Whether its attacks cost little on images they break, and so much on the others that only these count as work.</summary>
    internal bool PaidBySurvivors { get; init; }

    /// <summary>The attacks' parameters in the paper (empir code, three scripts' defaults): 40 steps of 0.01, CW with 50.</summary>
    private const int Steps = 40, CwSteps = 50;

    /// <summary>The name of <see cref="Adaptive" />.</summary>
    internal const string AdaptiveName = "adaptive";

    private const double StepSize = 0.01, CwLearningRate = 0.1, CwConstant = 10;

    /// <summary>The protocol with that name.</summary>
    /// <param name="name">Which.</param>
    /// <param name="threat">Norm and radius of its bounded attacks; the unbounded CW-L2 takes only the box.</param>
    /// <param name="ensemble">What it attacks.</param>
    /// <exception cref="UserErrorException">The protocol has no attacks in that norm or at that radius.</exception>
    public static Protocol Of(ProtocolName name, ThreatModel threat, Ensemble ensemble)
    {
        if (threat.Norm != Norm.Linf)
            throw new UserErrorException($"The protocols' attacks are bounded in Linf; the threat's norm is {threat.Norm}. Write 'norm: linf'.");
        return name switch
        {
            ProtocolName.Paper => Paper(threat),
            ProtocolName.WhiteBox => WhiteBox(threat),
            _ => Adaptive(threat, ensemble),
        };
    }

    /// <summary>The released code's attacks on the surfaces it really differentiated, moving away from predicted labels.</summary>
    /// <param name="threat">Norm and radius of its bounded attacks.</param>
    public static Protocol Paper(ThreatModel threat) => new(
        "paper", "the paper's protocol: released surfaces, predicted labels, last iterate", LabelPolicy.Predicted,
        [
            new(new CarliniWagnerL2
            {
                Steps = CwSteps, SearchSteps = 1, InitialConstant = CwConstant, LearningRate = CwLearningRate, Abort = EarlyAbort.WholeBatch,
            }, Unbounded(threat), FullMember),
            new(new Fgsm { Iterate = Iterate.Last }, threat, Voters),
            new(new Bim { Steps = Steps, StepSize = StepSize, Iterate = Iterate.Last }, threat, FullMember),
            new(new Pgd { Steps = Steps, StepSize = StepSize, ClipStart = false, Iterate = Iterate.Last }, threat, Voters),
        ]);

    /// <summary>The same attacks done honestly: all members' mean probabilities, true labels, best iterate kept.</summary>
    /// <param name="threat">Norm and radius of its bounded attacks.</param>
    public static Protocol WhiteBox(ThreatModel threat) => new(
        "white_box", "the same attacks, honestly: all members' mean probabilities, true labels, best iterate", LabelPolicy.True,
        [
            new(new CarliniWagnerL2
            {
                Steps = CwSteps, SearchSteps = 1, InitialConstant = CwConstant, LearningRate = CwLearningRate,
            }, Unbounded(threat), MeanProbabilities),
            new(new Fgsm(), threat, MeanProbabilities),
            new(new Bim { Steps = Steps, StepSize = StepSize }, threat, MeanProbabilities),
            new(new Pgd { Steps = Steps, StepSize = StepSize }, threat, MeanProbabilities),
        ])
    {
        Kind = ProtocolName.WhiteBox,
    };

    /// <summary>
    /// Strong attacks on every surface, each on the images that none before it broke: AutoAttack's set with its published
    /// parameters (arXiv 2003.01690), PGD-100 with restarts, transfer from the members, and without gradients corner search, Square and noise.
    /// </summary>
    /// <param name="threat">Norm and radius, which must be finite.</param>
    /// <param name="ensemble">What it attacks; its fusion and members decide which surfaces there are.</param>
    /// <param name="exhaustive">Whether every attack is run on all images, so that each row is the attack's own.</param>
    /// <exception cref="UserErrorException">The radius is infinite.</exception>
    public static Protocol Adaptive(ThreatModel threat, Ensemble ensemble, bool exhaustive = false)
    {
        if (!double.IsFinite(threat.Epsilon))
            throw new UserErrorException("The protocol adaptive needs a finite epsilon.");
        return new(
            AdaptiveName, $"strong attacks on every surface, true labels, each on {(exhaustive ? "all images" : "what is left by those before it")}",
            LabelPolicy.True, new AdaptiveProtocol(threat, ensemble).Attacks())
        {
            Kind = ProtocolName.Adaptive,
            Cumulative = !exhaustive,
            PaidBySurvivors = true,
            Table = FormattableString.Invariant($"adaptive at {threat.Epsilon:G4}"),
        };
    }

    private static MeanProbabilitiesSurface MeanProbabilities(Ensemble ensemble) => new(ensemble);

    // A single model is attacked on its own logits: there is nobody to vote with, and no softmax is applied twice.
    private static Surface Voters(Ensemble ensemble) => ensemble.Members.Count == 1 ? FullMember(ensemble) : new PaperVotersSurface(ensemble);

    // In the released code the last model's tensors win a name clash, and the last model is the full-precision one.
    private static ClassifierSurface FullMember(Ensemble ensemble)
    {
        var index = ensemble.Members.Count - 1;
        while (index >= 0 && ensemble.Members.Count > 1 && !ensemble.Members[index].Card.IsFullPrecision)
            index--;
        return index >= 0
            ? new(ensemble.Members[index], ensemble.Card.Members[index].Name)
            : throw new UserErrorException($"The paper's protocol needs a full-precision member, and {ensemble.Card.Name} has none. Use protocol white_box.");
    }

    private static ThreatModel Unbounded(ThreatModel threat) => threat with { Norm = Norm.L2, Epsilon = double.PositiveInfinity };
}
