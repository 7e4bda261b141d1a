using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using static System.FormattableString;

namespace Empir.Generator.Checking;

/// <summary>The spec's <c>training</c>, and what members learn from each other.</summary>
internal static class TrainingChecker
{
    public static void Check(Fields spec, IReadOnlyList<MemberDeclaration> members, Shape? image, Report report)
    {
        var training = spec.Get(SpecKeys.Training, Fields.None);
        Optimizer(training.Get(TrainingKeys.Optimizer, Fields.None), report);
        Schedule(training, report);
        Recipe(training, members, (int)spec.Get(SpecKeys.Classes), report);
        Augmentation(training.Get(TrainingKeys.Augmentation, Fields.None), image, report);
        References(training.Get(TrainingKeys.Recipe, Fields.None), members, report);
    }

    /// <summary>The training settings of a spec without errors.</summary>
    public static TrainingSpec Training(Fields spec)
    {
        var fields = spec.Get(SpecKeys.Training);
        return new(
            fields.Get(TrainingKeys.Dataset), fields.Get(TrainingKeys.Epochs), fields.Get(TrainingKeys.BatchSize), fields.Get(TrainingKeys.LabelSmoothing),
            OptimizerKeys.Types.Value(fields.Get(TrainingKeys.Optimizer)),
            fields.Has(TrainingKeys.Schedule) ? ScheduleKeys.Types.Value(fields.Get(TrainingKeys.Schedule)) : null,
            fields.Has(TrainingKeys.GradientClip) ? fields.Get(TrainingKeys.GradientClip) : null,
            fields.Has(TrainingKeys.Augmentation) ? TypedSection.Value("AugmentationSettings", fields.Get(TrainingKeys.Augmentation), AugmentationKeys.Table.Keys) : null,
            fields.Has(TrainingKeys.Validation) ? fields.Get(TrainingKeys.Validation) : null,
            fields.Has(TrainingKeys.Recipe) ? RecipeKeys.Types.Value(fields.Get(TrainingKeys.Recipe)) : null);
    }

    private static void Optimizer(Fields optimizer, Report report)
    {
        OptimizerKeys.Types.Check(optimizer, report);
        if (optimizer.Get(OptimizerKeys.Nesterov) && optimizer.Get(OptimizerKeys.Type) == OptimizerKeys.Sgd && optimizer.Get(OptimizerKeys.Momentum) == 0)
            report.Add(Descriptors.UnusedKey, optimizer.Locate(OptimizerKeys.Nesterov), OptimizerKeys.Nesterov.Name, "'momentum: 0'");
    }

    private static void Schedule(Fields training, Report report)
    {
        var schedule = training.Get(TrainingKeys.Schedule, Fields.None);
        ScheduleKeys.Types.Check(schedule, report);
        var last = 0L;
        foreach (var milestone in schedule.Get(ScheduleKeys.Milestones, []).Where(item => !item.IsBroken))
        {
            if (milestone.Value <= last)
                report.Add(Descriptors.OutOfRange, milestone.Node.Span, "A milestone", Invariant($"above the one before it, {last}"), Invariant($"{milestone.Value}"));
            else
                WithinEpochs(training, milestone.Value, milestone.Node.Span, "A milestone", report);
            last = milestone.Value;
        }
        var (optimizer, end) = (training.Get(TrainingKeys.Optimizer, Fields.None), schedule.Get(ScheduleKeys.EtaMin));
        if (schedule.Get(ScheduleKeys.Type, "") == ScheduleKeys.Cosine && optimizer.Has(OptimizerKeys.LearningRate) && optimizer.Get(OptimizerKeys.LearningRate) is var rate && end > rate)
            report.Add(Descriptors.OutOfRange, schedule.Locate(ScheduleKeys.EtaMin), "'eta_min'", Invariant($"at most 'learning_rate', {rate}"), Invariant($"{end}"));
    }

    private static void Augmentation(Fields augmentation, Shape? image, Report report)
    {
        if (image is not { IsImage: true } shape)
            return;
        var most = Math.Min(shape.Height, shape.Width) - 1;
        // Either could leave nothing of the image.
        foreach (var key in new[] { AugmentationKeys.Crop, AugmentationKeys.Cutout }.Where(augmentation.Has))
            if (augmentation.Get(key) is var size && size > most)
                report.Add(Descriptors.OutOfRange, augmentation.Locate(key), $"'{key.Name}'", Invariant($"smaller than the image, at most {most}"), Invariant($"{size}"));
    }

    private static void Recipe(Fields training, IReadOnlyList<MemberDeclaration> members, int classes, Report report)
    {
        var recipe = training.Get(TrainingKeys.Recipe, Fields.None);
        RecipeKeys.Types.Check(recipe, report);
        var type = recipe.Get(RecipeKeys.Type, "");
        var attack = recipe.Get(RecipeKeys.Attack, RecipeKeys.Pgd);
        if (type is RecipeKeys.Adversarial or RecipeKeys.EnsembleAdversarial && attack != RecipeKeys.Pgd)
            foreach (var key in new Key[] { RecipeKeys.Steps, RecipeKeys.StepSize }.Where(recipe.Has))
                report.Add(Descriptors.UnusedKey, recipe.Locate(key), key.Name, $"'attack: {attack}'");
        if (recipe.Has(RecipeKeys.Delay))
            WithinEpochs(training, recipe.Get(RecipeKeys.Delay), recipe.Locate(RecipeKeys.Delay), "'delay'", report);
        if (type == RecipeKeys.Distillation && recipe.Get(RecipeKeys.Alpha) > 1)
            report.Add(Descriptors.OutOfRange, recipe.Locate(RecipeKeys.Alpha), "'alpha'", "at most 1", Invariant($"{recipe.Get(RecipeKeys.Alpha)}"));
        if (type == RecipeKeys.Distillation && members is [{ Name: var only }] && recipe.Get(RecipeKeys.Teacher, "") == only)
            report.Add(Descriptors.OutOfRange, recipe.Locate(RecipeKeys.Teacher), "The number of members with 'type: distillation'", "at least 2, a teacher and a student", "1");
        if (!RecipeKeys.IsJoint(type))
            return;
        foreach (var member in members.Where(member => member.InitFrom is not null))
            report.Add(Descriptors.UnusedKey, member.InitFromSpan, MemberKeys.InitFrom.Name, $"'type: {type}', which trains all members together");
        // The non-maximal predictions of more members are never independent: their determinant is zero.
        if (type == RecipeKeys.Diversity && members.Count > classes - 1 && classes > 0)
            report.Add(Descriptors.OutOfRange, recipe.Locate(RecipeKeys.Type), "The number of members with 'type: diversity'", Invariant($"below that of the classes, {classes}"), Invariant($"{members.Count}"));
    }

    private static void References(Fields recipe, IReadOnlyList<MemberDeclaration> members, Report report)
    {
        var names = members.Select(member => member.Name).Where(name => name.Length > 0).ToArray();
        bool Refers(string name, TextSpan span)
        {
            if (names.Contains(name))
                return true;
            if (names.Length > 0)
                report.Add(Descriptors.UnknownReference, span, "member", name, Suggestion.For(name, names));
            return false;
        }

        var teacher = recipe.Has(RecipeKeys.Teacher) && Refers(recipe.Get(RecipeKeys.Teacher), recipe.Locate(RecipeKeys.Teacher)) ? recipe.Get(RecipeKeys.Teacher) : null;
        var before = report.Count;
        foreach (var member in members.Where(member => member.InitFrom is not null))
            if (Refers(member.InitFrom!, member.InitFromSpan)
                && members.First(each => each.Name == member.InitFrom).Architecture is { } other && member.Architecture is { } own && other != own)
                report.Add(Descriptors.ArchitecturesDiffer, member.InitFromSpan, member.Name, member.InitFrom!, other.Name, own.Name);
        if (report.Count > before)
            return;
        // One circle is one mistake.
        var closed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in members)
            if (Circle(member.Name, [], members, teacher) is { } circle && !closed.IsSupersetOf(circle))
            {
                var inside = members.First(each => circle.Contains(each.Name) && each.InitFrom is not null);
                report.Add(Descriptors.CircularTraining, inside.InitFromSpan, inside.Name, string.Join(", ", circle));
                closed.UnionWith(circle);
            }
    }

    // The names from a member over what it learns from back to it; null where there is no way back.
    private static string[]? Circle(string name, string[] path, IReadOnlyList<MemberDeclaration> members, string? teacher)
    {
        if (Array.IndexOf(path, name) is >= 0 and var start)
            return [.. path.Skip(start), name];
        var from = members.FirstOrDefault(member => member.Name == name)?.InitFrom;
        return (from is null ? null : Circle(from, [.. path, name], members, teacher))
            ?? (teacher is null || name == teacher ? null : Circle(teacher, [.. path, name], members, teacher));
    }

    private static void WithinEpochs(Fields training, long value, TextSpan span, string what, Report report)
    {
        if (training.Has(TrainingKeys.Epochs) && training.Get(TrainingKeys.Epochs) is var epochs && value >= epochs)
            report.Add(Descriptors.OutOfRange, span, what, Invariant($"below 'epochs', {epochs}"), Invariant($"{value}"));
    }
}
