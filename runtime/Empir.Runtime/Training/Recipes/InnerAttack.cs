using Empir.Attacks;

namespace Empir.Training.Recipes;

/// <summary>The attack that adversarial training makes its images with. Labels are the true ones.</summary>
public enum InnerAttack
{
    /// <summary>One step to the ball's edge (Goodfellow et al., arXiv 1412.6572).</summary>
    Fgsm,

    /// <summary>One step of 1.25 radii from a uniform start in the ball (Wong et al., arXiv 2001.03994).</summary>
    RandomStartFgsm,

    /// <summary>Projected gradient descent from a uniform start in the ball (Madry et al., arXiv 1706.06083).</summary>
    Pgd,
}

/// <summary>Attacks as training wants them: the last iterate, and no look at what became of it.</summary>
internal static class InnerAttacks
{
    public static Attack Of(InnerAttack attack, int steps, double stepSize) => attack switch
    {
        InnerAttack.Fgsm => new Fgsm { Iterate = Iterate.Last },
        InnerAttack.RandomStartFgsm => new Fgsm { RandomStart = true, StepFactor = 1.25, Iterate = Iterate.Last },
        _ => Pgd(steps, stepSize),
    };

    public static Attack Pgd(int steps, double stepSize) => new Pgd { Steps = steps, StepSize = stepSize, Iterate = Iterate.Last };
}
