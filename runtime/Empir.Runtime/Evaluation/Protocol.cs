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
/// <param name="EnsembleSurface">What it differentiates when the ensemble is attacked; a member alone is attacked on its logits.</param>
public sealed record ProtocolAttack(Attack Attack, ThreatModel Threat, Func<Ensemble, Surface> EnsembleSurface);

/// <summary>A named list of attacks and how they are scored.</summary>
/// <param name="Name">Its name in specs, options and files.</param>
/// <param name="Title">One line for the reader of a table.</param>
/// <param name="Labels">Which class the attacks move away from.</param>
/// <param name="Attacks">The attacks, in the order of the table.</param>
public sealed record Protocol(string Name, string Title, LabelPolicy Labels, IReadOnlyList<ProtocolAttack> Attacks)
{
    /// <summary>The attacks' parameters in the paper (empir code, three scripts' defaults): 40 steps of 0.01, CW with 50.</summary>
    private const int Steps = 40, CwSteps = 50;

    private const double StepSize = 0.01, CwLearningRate = 0.1, CwConstant = 10;

    /// <summary>The protocol with that name.</summary>
    /// <param name="name">Which.</param>
    /// <param name="threat">Norm and radius of its bounded attacks; the unbounded CW-L2 takes only the box.</param>
    /// <exception cref="UserErrorException">The protocol has no attacks in that norm.</exception>
    public static Protocol Of(ProtocolName name, ThreatModel threat)
    {
        if (threat.Norm != Norm.Linf)
            throw new UserErrorException($"The protocols' attacks are bounded in Linf; the threat's norm is {threat.Norm}. Write 'norm: linf'.");
        return name == ProtocolName.Paper ? Paper(threat) : WhiteBox(threat);
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
            new(new Fgsm { Iterate = Iterate.Last }, threat, ensemble => new PaperVotersSurface(ensemble)),
            new(new Bim { Steps = Steps, StepSize = StepSize, Iterate = Iterate.Last }, threat, FullMember),
            new(new Pgd { Steps = Steps, StepSize = StepSize, ClipStart = false, Iterate = Iterate.Last }, threat, ensemble => new PaperVotersSurface(ensemble)),
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
        ]);

    private static MeanProbabilitiesSurface MeanProbabilities(Ensemble ensemble) => new(ensemble);

    // In the released code the last model's tensors win a name clash, and the last model is the full-precision one.
    private static ClassifierSurface FullMember(Ensemble ensemble)
    {
        var index = ensemble.Members.Count - 1;
        while (index >= 0 && !ensemble.Members[index].Card.IsFullPrecision)
            index--;
        return index >= 0
            ? new(ensemble.Members[index], ensemble.Card.Members[index].Name)
            : throw new UserErrorException($"The paper's protocol needs a full-precision member, and {ensemble.Card.Name} has none. Use protocol white_box.");
    }

    private static ThreatModel Unbounded(ThreatModel threat) => threat with { Norm = Norm.L2, Epsilon = double.PositiveInfinity };
}
