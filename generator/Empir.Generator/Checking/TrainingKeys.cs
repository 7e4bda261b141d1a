using Empir.Generator.Checking.Forms;

namespace Empir.Generator.Checking;

internal static class TrainingKeys
{
    public static readonly Key<string> Dataset = Key.Required("dataset", NameForm.Snake, "Name of the dataset.");
    public static readonly Key<long> Epochs = Key.Required("epochs", new IntegerForm(1, 100_000), "Passes over the training images.");
    public static readonly Key<long> BatchSize = Key.Required("batch_size", new IntegerForm(1, 1_000_000), "Images per step.");
    public static readonly Key<Fields> Optimizer = Key.Required("optimizer", new SectionForm(OptimizerKeys.Table), "The optimiser.");
    public static readonly Key<Fields> Schedule = Key.Optional("schedule", new SectionForm(ScheduleKeys.Table), "How the learning rate changes; constant by default.");
    public static readonly Key<double> GradientClip = Key.Optional("gradient_clip", new NumberForm(0, above: true), "Largest L2 norm of all gradients together; longer ones are scaled down to it.");
    public static readonly Key<double> LabelSmoothing = Key.Optional("label_smoothing", new NumberForm(0, 1, below: true), "PyTorch's label_smoothing; 0 by default.");
    public static readonly Key<Fields> Augmentation = Key.Optional("augmentation", new SectionForm(AugmentationKeys.Table), "Random changes of every training image, drawn anew each epoch.");
    public static readonly Key<long> Validation = Key.Optional("validation", new IntegerForm(1, int.MaxValue), "Training images set aside; the epoch that does best on them is kept. None by default: the last epoch is kept.");
    public static readonly Key<Fields> Recipe = Key.Optional("recipe", new SectionForm(RecipeKeys.Table), "What is minimised; the cross-entropy by default.");

    public static readonly KeyTable Table = new("training",
        Dataset, Epochs, BatchSize, Optimizer, Schedule, GradientClip, LabelSmoothing, Augmentation, Validation, Recipe);
}

internal static class OptimizerKeys
{
    public const string Adam = "adam";
    public const string AdamW = "adamw";
    public const string Sgd = "sgd";

    public static readonly Key<string> Type = Key.Required("type", new ChoiceForm(Adam, AdamW, Sgd), "Adam (Kingma and Ba, 2015), AdamW (Loshchilov and Hutter, 2019), or stochastic gradient descent.");
    public static readonly Key<double> LearningRate = Key.Required("learning_rate", new NumberForm(0, 1e3, above: true), "Step size; with a schedule, the largest one.");
    public static readonly Key<double> Beta1 = Key.Optional("beta1", new NumberForm(0, 1, below: true), "adam, adamw: decay of the first moment; 0.9 by default.");
    public static readonly Key<double> Beta2 = Key.Optional("beta2", new NumberForm(0, 1, below: true), "adam, adamw: decay of the second moment; 0.999 by default.");
    public static readonly Key<double> Epsilon = Key.Optional("epsilon", new NumberForm(0, above: true), "adam, adamw: added to the root of the second moment; 1e-8 by default.");
    public static readonly Key<double> Momentum = Key.Optional("momentum", new NumberForm(0, 1, below: true), "sgd: share of the last step that is kept; 0 by default.");
    public static readonly Key<bool> Nesterov = Key.Optional("nesterov", new BooleanForm(), "sgd: Nesterov's momentum; false by default.");
    public static readonly Key<double> WeightDecay = Key.Optional("weight_decay", new NumberForm(0, 1), "adamw: decoupled decay, 0.01 by default; sgd: L2 penalty on every parameter, 0 by default.");

    public static readonly KeyTable Table = new("an optimizer", Type, LearningRate, Beta1, Beta2, Epsilon, Momentum, Nesterov, WeightDecay);

    public static readonly TypedSection Types = new(Table, Type,
        new(Adam, "AdamSettings", [LearningRate], [Beta1, Beta2, Epsilon]),
        new(AdamW, "AdamWSettings", [LearningRate], [Beta1, Beta2, Epsilon, WeightDecay]),
        new(Sgd, "SgdSettings", [LearningRate], [Momentum, Nesterov, WeightDecay]));
}

internal static class ScheduleKeys
{
    public const string Step = "step";
    public const string Cosine = "cosine";
    public const string OneCycle = "one_cycle";

    public static readonly Key<string> Type = Key.Required("type", new ChoiceForm("constant", Step, Cosine, OneCycle), "The curve of the learning rate.");
    public static readonly Key<IReadOnlyList<Item<long>>> Milestones = Key.Optional("milestones", new ListForm<long>(new IntegerForm(1, 100_000)), "step: after so many epochs the learning rate is multiplied by gamma.");
    public static readonly Key<double> Gamma = Key.Optional("gamma", new NumberForm(0, 1, above: true), "step: the factor; 0.1 by default.");
    public static readonly Key<double> EtaMin = Key.Optional("eta_min", new NumberForm(0, 1e3), "cosine: the learning rate at the end; 0 by default.");
    public static readonly Key<double> PctStart = Key.Optional("pct_start", new NumberForm(0, 1, above: true, below: true), "one_cycle: share of the steps in which it rises; 0.3 by default.");
    public static readonly Key<double> DivFactor = Key.Optional("div_factor", new NumberForm(1), "one_cycle: it starts at learning_rate / div_factor; 25 by default.");
    public static readonly Key<double> FinalDivFactor = Key.Optional("final_div_factor", new NumberForm(1), "one_cycle: it ends at its start / final_div_factor; 10,000 by default.");

    public static readonly KeyTable Table = new("a schedule", Type, Milestones, Gamma, EtaMin, PctStart, DivFactor, FinalDivFactor);

    public static readonly TypedSection Types = new(Table, Type,
        new("constant", "ConstantRate", [], []),
        new(Step, "StepRate", [Milestones], [Gamma]),
        new(Cosine, "CosineRate", [], [EtaMin]),
        new(OneCycle, "OneCycleRate", [], [PctStart, DivFactor, FinalDivFactor]));
}

internal static class AugmentationKeys
{
    public static readonly Key<long> Crop = Key.Optional("crop", new IntegerForm(1, 1_000), "The image is padded with so many zeros on every side and cropped at random to its size.");
    public static readonly Key<bool> Flip = Key.Optional("flip", new BooleanForm(), "Whether it is mirrored left to right half of the time; false by default.");
    public static readonly Key<long> Cutout = Key.Optional("cutout", new IntegerForm(1, 16_384), "Side of a square at a random place that is set to zero.");

    public static readonly Key<double> Rotate = Key.Optional("rotate", new NumberForm(0, 180, above: true), "Degrees by which it is turned at most, either way.");
    public static readonly Key<double> Stretch = Key.Optional("stretch", new NumberForm(0, 1, above: true, below: true), "Height and width are each multiplied by a random factor from 1 - stretch to 1 + stretch.");

    public static readonly Key<double> ResizedCrop = Key.Optional("resized_crop", new NumberForm(0, 1, above: true, below: true), "A random rectangle of at least this share of the image's area, 3/4 to 4/3 as wide as high, is scaled to the image's size; in an image folder it is cut from the whole file.");

    public static readonly KeyTable Table = new("augmentation", ResizedCrop, Crop, Flip, Cutout, Rotate, Stretch);
}

internal static class RecipeKeys
{
    public const string Adversarial = "adversarial";
    public const string Distillation = "distillation";
    public const string EnsembleAdversarial = "ensemble_adversarial";
    public const string Diversity = "diversity";
    public const string Pgd = "pgd";

    private static readonly string[] Attacks = ["fgsm", "random_start_fgsm", Pgd];

    public static readonly Key<string> Type = Key.Required("type",
        new ChoiceForm("standard", Adversarial, "trades", Distillation, "gradient_regularization", EnsembleAdversarial, Diversity), "What is minimised.");
    public static readonly Key<string> Attack = Key.Optional("attack", new ChoiceForm(Attacks), "adversarial, ensemble_adversarial: the attack on every batch; pgd by default.");
    public static readonly Key<double> Epsilon = Key.Optional("epsilon", new NumberForm(0, 1e6, above: true), "adversarial, trades, ensemble_adversarial: largest change of a pixel.");
    public static readonly Key<long> Steps = Key.Optional("steps", new IntegerForm(1, 10_000), "pgd, trades: gradient steps; 10 by default.");
    public static readonly Key<double> StepSize = Key.Optional("step_size", new NumberForm(0, 1e6, above: true), "pgd, trades: length of a step; epsilon / 4 by default.");
    public static readonly Key<double> CleanWeight = Key.Optional("clean_weight", new NumberForm(0, 1, below: true), "adversarial, ensemble_adversarial: the clean images' share of the loss; 0 by default, 0.5 in the paper.");
    public static readonly Key<long> Delay = Key.Optional("delay", new IntegerForm(1, 100_000), "adversarial, ensemble_adversarial: epochs on clean images alone, first; none by default.");
    public static readonly Key<double> Alpha = Key.Optional("alpha", new NumberForm(0), "distillation: the teacher's share of the loss, 0.7 by default, at most 1; diversity: weight of the entropy, 2 by default.");
    public static readonly Key<double> Beta = Key.Optional("beta", new NumberForm(0), "trades: weight of the robust term, 6 by default; diversity: weight of the log-determinant, 0.5 by default.");
    public static readonly Key<string> Teacher = Key.Optional("teacher", NameForm.Snake, "distillation: the member that the others learn from; trained first, by itself.");
    public static readonly Key<double> Temperature = Key.Optional("temperature", new NumberForm(0, 1e4, above: true), "distillation: what logits are divided by; 4 by default.");
    public static readonly Key<double> Lambda = Key.Optional("lambda", new NumberForm(0, 1e9, above: true), "gradient_regularization: weight of the squared length of the input's gradient.");

    public static readonly KeyTable Table = new("a recipe",
        Type, Attack, Epsilon, Steps, StepSize, CleanWeight, Delay, Alpha, Beta, Teacher, Temperature, Lambda);

    public static readonly TypedSection Types = new(Table, Type,
        new("standard", "StandardRecipe", [], []),
        new(Adversarial, "AdversarialRecipe", [Epsilon], [Attack, Steps, StepSize, CleanWeight, Delay]),
        new("trades", "TradesRecipe", [Epsilon], [Beta, Steps, StepSize]),
        new(Distillation, "DistillationRecipe", [Teacher], [Temperature, Alpha]),
        new("gradient_regularization", "GradientRegularizationRecipe", [Lambda], []),
        new(EnsembleAdversarial, "EnsembleAdversarialRecipe", [Epsilon], [Attack, Steps, StepSize, CleanWeight, Delay]),
        new(Diversity, "DiversityRecipe", [], [Alpha, Beta]));

    /// <summary>Whether the members are trained together.</summary>
    public static bool IsJoint(string type) => type is EnsembleAdversarial or Diversity;
}
