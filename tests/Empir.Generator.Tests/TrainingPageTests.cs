using System.Text.RegularExpressions;
using Empir.Generator.Checking;
using Empir.Generator.Checking.Forms;

namespace Empir.Generator.Tests;

/// <summary>docs/training.md shows every recipe, and what it shows is a spec.</summary>
public class TrainingPageTests
{
    private static readonly DiagnosticPage Page = new("", File.ReadAllText(Path.Combine(Repository.Root, "docs", "training.md")).ReplaceLineEndings("\n"));

    private static readonly Lazy<IReadOnlyList<Specs.EnsembleSpec>> Compiled = new(() => RuntimeTests.Compiled(
        [.. Page.Examples.Select((text, i) => ($"{i}.empir.yaml", (string?)text.Replace("ExampleEmpir", $"Example{i}Empir", StringComparison.Ordinal)))]));

    [Fact]
    public void EveryExampleIsCorrect() => Assert.All(Page.Examples, example => Assert.Equal([], GeneratorRun.Of(("x", example)).Messages));

    [Fact]
    public void EveryRecipeHasASectionAndAnExampleOfItsType()
    {
        var words = ((ChoiceForm)RecipeKeys.Type.ValueForm).Words;

        Assert.Equal(words, Regex.Matches(Page.Text, "^### `(.+)`$", RegexOptions.Multiline).Select(match => match.Groups[1].Value));
        Assert.Equal(
            words.Select(word => Values.Identifier.Pascal(word) + "Recipe").Order(),
            Compiled.Value.Select(spec => spec.Training.Recipe.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void EveryKeyIsExplained()
    {
        var tables = new[] { TrainingKeys.Table, OptimizerKeys.Table, ScheduleKeys.Table, AugmentationKeys.Table, RecipeKeys.Table };

        Assert.All(tables.SelectMany(table => table.Keys), key => Assert.Contains(key.Name, Page.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void ValuesReachTheRuntime()
    {
        var training = Compiled.Value.First(spec => spec.Training.Recipe is Training.Recipes.AdversarialRecipe).Training;

        Assert.Equal(new Training.SgdSettings(0.1, 0.9, true, 0.0005), training.Optimizer);
        Assert.Equal(new Training.OneCycleRate(0.4), training.Schedule);
        Assert.Equal((5.0, 0.1, 5000), (training.GradientClip, training.LabelSmoothing, training.Validation));
        Assert.Equal(new Training.AugmentationSettings(4, true, 4, 5, 0.1, 0.5), training.Augmentation);
        Assert.Equal(new Training.Recipes.AdversarialRecipe(0.031, Training.Recipes.InnerAttack.RandomStartFgsm), training.Recipe);
        var distillation = Assert.IsType<Training.Recipes.DistillationRecipe>(
            Compiled.Value.Single(spec => spec.Training.Recipe is Training.Recipes.DistillationRecipe).Training.Recipe);
        Assert.Equal(("full", 10.0, 0.7), (distillation.Teacher.Name, distillation.Temperature, distillation.Alpha));
        var starting = Compiled.Value.Single(spec => spec.Card.Members.Any(member => member.InitFrom is not null)).Card;
        Assert.Equal(starting.Members[2], starting.Members[0].InitFrom);
        Assert.Null(starting.Members[1].InitFrom);
    }
}
