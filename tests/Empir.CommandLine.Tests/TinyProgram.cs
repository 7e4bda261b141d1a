using Empir.Specs;
using Empir.Training;
using Empir.Training.Recipes;

namespace Empir.CommandLine.Tests;

/// <summary>This assembly as a program of its own: the tiny ensemble under several recipes, to be killed and interrupted.</summary>
internal static class TinyProgram
{
    public const string Plain = "TinyEmpir", Validated = "ValidatedEmpir", Diverse = "DiverseEmpir", Robust = "RobustEmpir";

    private static readonly EnsembleSpec[] Ensembles =
    [
        TinyEmpir.Spec,
        Named(Validated, training => training with { Validation = 20, Augmentation = new(1, true, 0) }),
        Named(Diverse, training => training with { Recipe = new DiversityRecipe() }),
        Named(Robust, training => training with { Recipe = new EnsembleAdversarialRecipe(0.1, Steps: 2), Validation = 20 }),
    ];

    public static EnsembleSpec Of(string name) => Ensembles.Single(spec => spec.Name == name);

    public static Task<int> Main(string[] args) => EmpirTool.RunAsync(args, Ensembles, datasets: [new Stripes()]);

    private static EnsembleSpec Named(string name, Func<TrainingSettings, TrainingSettings> how)
    {
        var spec = TinyEmpir.Trained(how);
        return spec with { Card = spec.Card with { Name = name } };
    }
}
