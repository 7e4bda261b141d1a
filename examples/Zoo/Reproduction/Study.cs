using Empir.Specs;

namespace Zoo.Reproduction;

/// <summary>What is reproduced for a dataset: the paper's results and the specs whose rows stand beside them.</summary>
/// <param name="Dataset">The dataset's name in specs, and what the user types.</param>
/// <param name="Title">The dataset's name in prose.</param>
/// <param name="Paper">The paper's results.</param>
/// <param name="Ensemble">The paper's ensemble.</param>
/// <param name="Baselines">Single networks: of each spec its last member, under the words of its row.</param>
/// <param name="RobustPrefix">Specs whose names begin so are ensembles, or single networks, trained to stand.</param>
internal sealed record Study(
    string Dataset, string Title, PaperResults Paper, string Ensemble, IReadOnlyList<(string Spec, string Row)> Baselines, string RobustPrefix)
{
    public static readonly Study[] All =
    [
        Of("mnist", "MNIST", "Mnist", PaperResults.Mnist),
        Of("cifar10", "CIFAR-10", "Cifar", PaperResults.Cifar),
    ];

    /// <summary>The specs in the order of their rows, of those that a tool has.</summary>
    public IReadOnlyList<EnsembleSpec> Specs(IReadOnlyList<EnsembleSpec> all) =>
    [
        .. Baselines.Select(baseline => baseline.Spec).Prepend(Ensemble)
            .Select(name => all.FirstOrDefault(spec => spec.Name == name)).OfType<EnsembleSpec>(),
        .. all.Where(IsRobust),
    ];

    /// <summary>The blocks of the page, of what there is of the specs.</summary>
    public ReproductionTable[] Tables(IReadOnlyList<EnsembleSpec> specs, IReadOnlyList<Evidence> found) =>
    [
        new PaperTable(this, [.. found.Where(one => one.Spec.Name == Ensemble)]),
        new BaselineTable(this, [.. found.Where(one => Baselines.Any(baseline => baseline.Spec == one.Spec.Name))]),
        new RobustTable(this, [.. specs.Where(IsRobust).Select(spec => spec.Name)], [.. found.Where(one => IsRobust(one.Spec))]),
    ];

    /// <summary>Whether a spec is of the last table.</summary>
    public bool IsRobust(EnsembleSpec spec) => spec.Name.StartsWith(RobustPrefix, StringComparison.Ordinal);

    private static Study Of(string dataset, string title, string name, PaperResults paper) => new(
        dataset, title, paper, $"{name}Empir",
        [
            ($"{name}Adversarial", "FGSM adversarial training"),
            ($"{name}Distillation", "distillation"),
            ($"{name}GradientRegularization", "gradient regularization"),
        ],
        $"{name}Robust");
}
