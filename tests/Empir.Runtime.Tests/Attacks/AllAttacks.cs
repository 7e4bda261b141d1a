using Empir.Attacks;

namespace Empir.Tests.Attacks;

/// <summary>Every attack, small enough for a property test, by name and norm.</summary>
internal static class AllAttacks
{
    private static readonly Dictionary<string, Attack> Each = new()
    {
        ["fgsm"] = new Fgsm(),
        ["fgsm last"] = new Fgsm { Iterate = Iterate.Last },
        ["fgsm from a random start"] = new Fgsm { RandomStart = true, StepFactor = 1.25 },
        ["bim"] = new Bim { Steps = 8, StepSize = 0.03 },
        ["bim last"] = new Bim { Steps = 8, StepSize = 0.03, Iterate = Iterate.Last },
        ["mi-fgsm"] = new MiFgsm { Steps = 6 },
        ["mi-fgsm last"] = new MiFgsm { Steps = 6, Iterate = Iterate.Last },
        ["pgd"] = new Pgd { Steps = 8, StepSize = 0.03 },
        ["pgd from the image"] = new Pgd { Steps = 8, StepSize = 0.03, RandomStart = false },
        ["pgd last, as in the paper"] = new Pgd { Steps = 8, StepSize = 0.03, Iterate = Iterate.Last, ClipStart = false },
        ["pgd from outside the box"] = new Pgd { Steps = 2, StepSize = 0.03, ClipStart = false },
        ["pgd of the margin with restarts"] = new Pgd { Steps = 5, StepSize = 0.05, Restarts = 3, Loss = Loss.Margin, Schedule = StepSchedule.Cosine },
        ["pgd of dlr"] = new Pgd { Steps = 5, StepSize = 0.05, Loss = Loss.Dlr, Schedule = StepSchedule.Linear },
        ["apgd-ce"] = new Apgd { Steps = 12 },
        ["apgd-dlr with restarts"] = new Apgd { Steps = 6, Loss = Loss.Dlr, Restarts = 2 },
        ["apgd-t"] = new Apgd { Steps = 6, Loss = Loss.Dlr, TargetClasses = 3 },
        ["deepfool"] = new DeepFool { Steps = 10 },
        ["jsma"] = new Jsma { Gamma = 0.3 },
        ["fab"] = new Fab { Steps = 8, Restarts = 2 },
        ["fab-t"] = new Fab { Steps = 8, TargetClasses = 3 },
        ["square"] = new Square { Queries = 15 },
        ["square with restarts"] = new Square { Queries = 8, Restarts = 2 },
        ["corner search"] = new CornerSearch { Values = 20, Rounds = 3 },
        ["hopskipjump"] = new HopSkipJump { Steps = 3, InitialProbes = 20, Starts = 10 },
        ["autoattack"] = new AutoAttack
        {
            Attacks = [new Apgd { Steps = 3 }, new Apgd { Steps = 3, Loss = Loss.Dlr, TargetClasses = 2 }, new Fab { Steps = 3, TargetClasses = 2 }, new Square { Queries = 5 }],
        },
        ["cw"] = new CarliniWagnerL2 { Steps = 20, SearchSteps = 2, InitialConstant = 1, LearningRate = 0.1 },
        ["cw with abort"] = new CarliniWagnerL2 { Steps = 20, SearchSteps = 2, InitialConstant = 1, LearningRate = 0.1, Abort = EarlyAbort.PerImage },
        ["cw, as in the paper"] = new CarliniWagnerL2 { Steps = 20, SearchSteps = 1, InitialConstant = 10, LearningRate = 0.1, Abort = EarlyAbort.WholeBatch },
        ["noise"] = new RandomNoise { Draws = 10 },
    };

    /// <summary>Names such as <c>pgd in L2</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Each.SelectMany(one => Norms(one.Value).Select(norm => $"{one.Key} in {norm}"))];

    /// <summary>Those whose images do not look at their neighbours: all but the whole-batch abort.</summary>
    public static IEnumerable<string> BatchFree => Names.Where(name => !name.StartsWith("cw, as in the paper", StringComparison.Ordinal));

    /// <summary>Those that leave images alone that are broken as they are.</summary>
    public static IEnumerable<string> Lazy => Names.Where(name => !name.Contains("last", StringComparison.Ordinal));

    /// <summary>Those of them that reach as far as the radius: a random start may lie further off than PGD's fixed steps go.</summary>
    public static IEnumerable<string> Monotone => Lazy.Where(name => Of(name).Attack is not Pgd { RandomStart: true });

    /// <summary>Those that can be told which class to reach.</summary>
    public static IEnumerable<string> Targeted => Names.Where(name => Of(name).Attack.SupportsTargets());

    public static (Attack Attack, Norm Norm) Of(string name)
    {
        var end = name.LastIndexOf(" in ", StringComparison.Ordinal);
        return (Each[name[..end]], Enum.Parse<Norm>(name[(end + 4)..]));
    }

    private static IEnumerable<Norm> Norms(Attack attack) => Enum.GetValues<Norm>().Where(attack.Supports);
}
