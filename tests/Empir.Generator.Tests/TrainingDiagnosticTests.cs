using static Empir.Generator.Tests.Refusal;

namespace Empir.Generator.Tests;

/// <summary>Training settings that are missing something, or mean nothing together.</summary>
public class TrainingDiagnosticTests
{
    [Fact]
    public void UnknownOptimizer() => Refuses(
        Optimizer("{ type: sdg, learning_rate: 0.1 }"),
        "(35,22): error EMPIR1011: 'type' cannot be 'sdg'. Did you mean 'sgd'?");

    [Fact]
    public void KeyOfAnotherOptimizer() => Refuses(
        Optimizer("{ type: sgd, learning_rate: 0.1, beta1: 0.9 }"),
        "(35,54): error EMPIR1016: 'beta1' has no effect with 'type: sgd'; remove it");

    [Fact]
    public void NesterovWithoutMomentum() => Refuses(
        Optimizer("{ type: sgd, learning_rate: 0.1, nesterov: true }"),
        "(35,57): error EMPIR1016: 'nesterov' has no effect with 'momentum: 0'; remove it");

    [Fact]
    public void StepsWithoutMilestones() => Refuses(
        With("schedule: { type: step }"),
        "(36,21): error EMPIR1007: Missing key 'milestones' in a schedule of type 'step'");

    [Fact]
    public void KeyOfAnotherSchedule() => Refuses(
        With("schedule: { type: cosine, gamma: 0.5 }"),
        "(36,36): error EMPIR1016: 'gamma' has no effect with 'type: cosine'; remove it");

    [Fact]
    public void MilestonesThatFallOrComeTooLate() => Refuses(
        With("schedule: { type: step, milestones: [3, 2, 10] }").Replace("epochs: 1", "epochs: 10", StringComparison.Ordinal),
        "(36,43): error EMPIR1010: A milestone must be above the one before it, 3, not 2",
        "(36,46): error EMPIR1010: A milestone must be below 'epochs', 10, not 10");

    [Fact]
    public void CutoutOfTheWholeImage() => Refuses(
        With("augmentation: { cutout: 8 }"),
        "(36,27): error EMPIR1010: 'cutout' must be smaller than the image, at most 7, not 8");

    [Fact]
    public void CropBesideTheImage() => Refuses(
        With("augmentation: { crop: 8 }"),
        "(36,25): error EMPIR1010: 'crop' must be smaller than the image, at most 7, not 8");

    [Fact]
    public void RateThatRises() => Refuses(
        With("schedule: { type: cosine, eta_min: 0.01 }"),
        "(36,38): error EMPIR1010: 'eta_min' must be at most 'learning_rate', 0.001, not 0.01");

    [Fact]
    public void TeacherWithoutStudents() => Refuses(
        With("recipe: { type: distillation, teacher: full }").Replace("  - { name: low_a, architecture: Net, precision: low, seed: 1 }\n", "", StringComparison.Ordinal),
        "(35,42): error EMPIR1010: The number of members with 'type: distillation' must be at least 2, a teacher and a student, not 1");

    [Fact]
    public void StretchOfTheWholeImage() => Refuses(
        With("augmentation: { stretch: 1 }"),
        "(36,28): error EMPIR1010: 'stretch' must be a number above 0 and below 1, not 1");

    [Fact]
    public void AdversarialWithoutEpsilon() => Refuses(
        With("recipe: { type: adversarial }"),
        "(36,19): error EMPIR1007: Missing key 'epsilon' in a recipe of type 'adversarial'");

    [Fact]
    public void StepsOfAOneStepAttack() => Refuses(
        With("recipe: { type: adversarial, epsilon: 0.1, attack: fgsm, steps: 7, step_size: 0.1 }"),
        "(36,67): error EMPIR1016: 'steps' has no effect with 'attack: fgsm'; remove it",
        "(36,81): error EMPIR1016: 'step_size' has no effect with 'attack: fgsm'; remove it");

    // The paper's code has it on CIFAR-10: 6 epochs, and adversarial ones from the tenth on.
    [Fact]
    public void DelayThatLeavesNoAdversarialEpoch() => Refuses(
        With("recipe: { type: adversarial, epsilon: 0.1, delay: 1 }"),
        "(36,53): error EMPIR1010: 'delay' must be below 'epochs', 1, not 1");

    [Fact]
    public void UnknownTeacher() => Refuses(
        With("recipe: { type: distillation, teacher: ful }"),
        "(36,42): error EMPIR4001: There is no member 'ful'. Did you mean 'full'?");

    [Fact]
    public void TeacherOfMoreThanEverything() => Refuses(
        With("recipe: { type: distillation, teacher: full, alpha: 1.5 }"),
        "(36,55): error EMPIR1010: 'alpha' must be at most 1, not 1.5");

    [Fact]
    public void UnknownStart() => Refuses(
        From("ful"),
        "(26,75): error EMPIR4001: There is no member 'ful'. Did you mean 'full'?");

    [Fact]
    public void StartFromItself() => Refuses(
        From("low_a"),
        "(26,75): error EMPIR4010: 'low_a' cannot be trained: it learns from what learns from it (low_a, low_a); let one of them start by itself");

    [Fact]
    public void TeacherThatStartsFromItsStudent() => Refuses(
        With("recipe: { type: distillation, teacher: full }").Replace("seed: 2 }", "seed: 2, init_from: low_a }", StringComparison.Ordinal),
        "(27,75): error EMPIR4010: 'full' cannot be trained: it learns from what learns from it (low_a, full, low_a); let one of them start by itself");

    [Fact]
    public void StartWhereAllAreTrainedTogether() => Refuses(
        From("full").Replace("learning_rate: 0.001 }", "learning_rate: 0.001 }\n  recipe: { type: diversity }", StringComparison.Ordinal),
        "(26,75): error EMPIR1016: 'init_from' has no effect with 'type: diversity', which trains all members together; remove it");

    [Fact]
    public void MoreMembersThanWrongClasses() => Refuses(
        With("recipe: { type: diversity }").Replace("seed: 2 }", "seed: 2 }\n  - { name: third, architecture: Net, precision: full, seed: 3 }", StringComparison.Ordinal),
        "(37,19): error EMPIR1010: The number of members with 'type: diversity' must be below that of the classes, 3, not 3");

    private static string Optimizer(string section) => Small("{ type: adam, learning_rate: 0.001 }", section);

    private static string With(string line) => Small("learning_rate: 0.001 }", "learning_rate: 0.001 }\n  " + line);

    private static string From(string member) => Small("seed: 1 }", $"seed: 1, init_from: {member} }}");
}
