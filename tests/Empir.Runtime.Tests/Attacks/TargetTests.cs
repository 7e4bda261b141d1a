using Empir.Attacks;

namespace Empir.Tests.Attacks;

/// <summary>Told which class to reach, an attack with room and steps enough reaches it.</summary>
public class TargetTests
{
    private static readonly Dictionary<string, Attack> Each = new()
    {
        ["bim"] = new Bim { Steps = 60, StepSize = 0.02 },
        ["mi-fgsm"] = new MiFgsm { Steps = 60, StepSize = 0.02 },
        ["pgd"] = new Pgd { Steps = 60, StepSize = 0.02 },
        ["pgd of the margin"] = new Pgd { Steps = 60, StepSize = 0.02, Loss = Loss.Margin },
        ["apgd-ce"] = new Apgd { Steps = 60 },
        ["apgd-dlr"] = new Apgd { Steps = 60, Loss = Loss.Dlr },
        ["cw"] = new CarliniWagnerL2 { Steps = 100, SearchSteps = 3, InitialConstant = 1, LearningRate = 0.05 },
        ["fab"] = new Fab { Steps = 60 },
        ["square"] = new Square { Queries = 400 },
        ["autoattack"] = new AutoAttack { Attacks = [new Apgd { Steps = 3, TargetClasses = 9 }, new Fab { Steps = 60, TargetClasses = 9 }] },
    };

    public static TheoryData<string> Names => [.. Each.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_second_choice_is_reached(string name)
    {
        var attack = Each[name];
        var norm = attack.Supports(Norm.Linf) ? Norm.Linf : Norm.L2;
        foreach (var seed in new[] { 1, 2, 3 })
        {
            using var task = new AttackTask(seed);
            using var y = task.Labels();
            using var value = task.Surface.Evaluate(task.Images);
            using var targets = Losses.Likeliest(value.Scores.detach(), y, 1).squeeze(1);
            using var result = attack.Run(task.Surface, new(norm, norm == Norm.L2 ? 10 : 0.5), task.Images, y, targets: targets);

            Assert.True(result.Success.all().ToBoolean(), $"seed {seed}");
        }
    }
}
