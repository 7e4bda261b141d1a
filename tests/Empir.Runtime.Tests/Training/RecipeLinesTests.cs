using Empir.Modules;
using Empir.Training;
using Empir.Training.Recipes;

namespace Empir.Tests.Training;

/// <summary>A checkpoint is valid exactly for what decides its weights.</summary>
public class RecipeLinesTests
{
    private static readonly ClassifierCard Network = new("Net", "full", "pytorch", new(1, 2, 2, 0, 1), 3, []);
    private static readonly MemberCard Low = new("low", 1, Network), Full = new("full", 2, Network);
    private static readonly TrainingSettings Plain = new("mnist", 15, 128, new AdamSettings(0.001));

    public static TheoryData<string, string> Changes => new()
    {
        { "adamw", "adamw learning_rate 0.001 betas 0.9 0.999 epsilon 1E-08 weight_decay 0.01" },
        { "sgd", "sgd learning_rate 0.1 momentum 0.9 nesterov True weight_decay 0.0005" },
        { "step", "schedule step milestones 2 4 gamma 0.1" },
        { "cosine", "schedule cosine eta_min 0" },
        { "one_cycle", "schedule one_cycle pct_start 0.3 div_factor 25 final_div_factor 10000" },
        { "clip", "gradient_clip 0.5" },
        { "augmentation", "augmentation crop 4 flip True cutout 8" },
        { "warp", "augmentation rotate 10 stretch 0.1 crop 1 flip False cutout 0" },
        { "resized_crop", "augmentation resized_crop 0.05 rotate 0 stretch 0 crop 0 flip True cutout 0" },
        { "validation", "validation 5000" },
        { "fgsm", "adversarial epsilon 0.3 Fgsm clean_weight 0.5 delay 2" },
        { "pgd", "adversarial epsilon 0.4 pgd steps 10 step_size 0.1 clean_weight 0 delay 0" },
        { "random_start_fgsm", "adversarial epsilon 0.3 RandomStartFgsm clean_weight 0 delay 0" },
        { "ensemble_adversarial", "ensemble_adversarial epsilon 0.2 pgd steps 7 step_size 0.02 clean_weight 0.5 delay 1" },
        { "distillation", "distillation temperature 3 alpha 0.6" },
        { "trades", "trades epsilon 0.4 beta 6 steps 10 step_size 0.1" },
        { "regularization", "gradient_regularization lambda 10" },
        { "diversity", "diversity alpha 2 beta 0.5" },
    };

    // The text of every checkpoint that was there before there was a choice.
    [Fact]
    public void A_plain_recipe_is_what_it_always_was() => Assert.Equal(
        """
        member low
        seed 1
        input 1x2x2 0..1 classes 3 init pytorch
        dataset mnist d0
        epochs 15
        batch_size 128
        adam learning_rate 0.001 betas 0.9 0.999 epsilon 1E-08
        label_smoothing 0
        """.ReplaceLineEndings("\n"),
        Recipe.Of(Low, Plain, "d0"));

    [Theory, MemberData(nameof(Changes))]
    public void Whatever_changes_the_weights_has_its_line(string what, string line)
    {
        var lines = Recipe.Of(Low, Changed(what), "d0").Split('\n');

        Assert.Contains(line, lines);
        Assert.NotNull(Recipe.Difference(Recipe.Of(Low, Plain, "d0"), string.Join('\n', lines)));
    }

    [Fact]
    public void What_decides_the_weights_a_member_starts_from_decides_its_own()
    {
        var (one, other) = (Of(Full), Of(Full with { Seed = 9 }));

        Assert.Contains("\ninit_from full ", one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
        Assert.Equal(one, Of(Full));

        string Of(MemberCard source) => Recipe.Of(Low with { InitFrom = source }, Plain, "d0");
    }

    [Fact]
    public void A_teacher_is_trained_as_ever_and_its_students_depend_on_it()
    {
        var settings = Plain with { Recipe = new DistillationRecipe(Full) };

        Assert.Equal(Recipe.Of(Full, Plain, "d0"), Recipe.Of(Full, settings, "d0"));
        Assert.Contains("\nteacher full ", Recipe.Of(Low, settings, "d0"), StringComparison.Ordinal);
        Assert.NotEqual(Recipe.Of(Low, settings, "d0"), Recipe.Of(Low, settings with { Recipe = new DistillationRecipe(Full with { Seed = 9 }) }, "d0"));
    }

    [Fact]
    public void Who_learns_from_an_imported_member_depends_on_its_file()
    {
        foreach (var (member, settings) in new[] { (Low with { InitFrom = Full }, Plain), (Low, Plain with { Recipe = new DistillationRecipe(Full) }) })
        {
            var trained = Recipe.Of(member, settings, "d0");
            Assert.Equal(trained, Of(Low, "f0"));
            Assert.NotEqual(trained, Of(Full, "f0"));
            Assert.NotEqual(Of(Full, "f1"), Of(Full, "f0"));

            string Of(MemberCard card, string file) =>
                Recipe.Of(member, settings, "d0", imported: new Dictionary<string, string> { [card.Name] = Recipe.Imported(card, file) });
        }
    }

    [Fact]
    public void Members_trained_together_depend_on_each_other()
    {
        var settings = Plain with { Recipe = new DiversityRecipe() };

        Assert.NotEqual(Recipe.Of(Low, settings, "d0", [Low, Full]), Recipe.Of(Low, settings, "d0", [Low, Full with { Seed = 9 }]));
        Assert.NotEqual(Recipe.Of(Low, settings, "d0", [Low, Full]), Recipe.Of(Low, settings, "d0", [Full, Low]));
        Assert.Contains("\nbatches of full\n", Recipe.Of(Low, settings, "d0", [Full, Low]), StringComparison.Ordinal);
        Assert.Equal(Recipe.Of(Low, Plain, "d0", [Low, Full]), Recipe.Of(Low, Plain, "d0", [Full, Low with { Seed = 9 }]));
    }

    private static TrainingSettings Changed(string what) => what switch
    {
        "adamw" => Plain with { Optimizer = new AdamWSettings() },
        "sgd" => Plain with { Optimizer = new SgdSettings(0.1, 0.9, true, 5e-4) },
        "step" => Plain with { Schedule = new StepRate([2, 4]) },
        "cosine" => Plain with { Schedule = new CosineRate() },
        "one_cycle" => Plain with { Schedule = new OneCycleRate() },
        "clip" => Plain with { GradientClip = 0.5 },
        "augmentation" => Plain with { Augmentation = new(4, true, 8) },
        "resized_crop" => Plain with { Augmentation = new(Flip: true, ResizedCrop: 0.05) },
        "warp" => Plain with { Augmentation = new(1, Rotate: 10, Stretch: 0.1) },
        "validation" => Plain with { Validation = 5000 },
        "fgsm" => Plain with { Recipe = new AdversarialRecipe(0.3, InnerAttack.Fgsm, CleanWeight: 0.5, Delay: 2) },
        "pgd" => Plain with { Recipe = new AdversarialRecipe(0.4) },
        "random_start_fgsm" => Plain with { Recipe = new AdversarialRecipe(0.3, InnerAttack.RandomStartFgsm) },
        "ensemble_adversarial" => Plain with { Recipe = new EnsembleAdversarialRecipe(0.2, Steps: 7, StepSize: 0.02, CleanWeight: 0.5, Delay: 1) },
        "distillation" => Plain with { Recipe = new DistillationRecipe(Full, Temperature: 3, Alpha: 0.6) },
        "trades" => Plain with { Recipe = new TradesRecipe(0.4) },
        "regularization" => Plain with { Recipe = new GradientRegularizationRecipe(10) },
        _ => Plain with { Recipe = new DiversityRecipe() },
    };
}
