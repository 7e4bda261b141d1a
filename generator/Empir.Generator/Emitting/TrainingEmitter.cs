using Empir.Generator.Checking.Specs;
using Empir.Generator.Values;

namespace Empir.Generator.Emitting;

/// <summary>Writes how an ensemble is trained, and its members as facts.</summary>
internal static class TrainingEmitter
{
    private const string Runtime = "global::Empir.Training";

    /// <summary>A member's facts, with those of the member it starts from.</summary>
    public static string Member(EnsembleSpec spec, MemberSpec member) => $"new({Facts(spec, member)})";

    /// <summary>The argument <c>Training</c> of the spec's values.</summary>
    public static IEnumerable<string> Lines(EnsembleSpec spec)
    {
        var training = spec.Training;
        var settings = Settings(spec).ToArray();
        yield return $"Training: new({Literal.Of(training.Dataset)}, Epochs: {Literal.Of(training.Epochs)}, BatchSize: {Literal.Of(training.BatchSize)}, "
            + $"{Value(spec, training.Optimizer, Runtime)}, LabelSmoothing: {Literal.Of(training.LabelSmoothing)}){(settings.Length == 0 ? "," : "")}";
        if (settings.Length == 0)
            yield break;
        yield return "{";
        foreach (var setting in settings)
            yield return $"    {setting},";
        yield return "},";
    }

    private static IEnumerable<string> Settings(EnsembleSpec spec)
    {
        var training = spec.Training;
        if (training.Schedule is { } schedule)
            yield return $"Schedule = {Value(spec, schedule, Runtime)}";
        if (training.GradientClip is { } clip)
            yield return $"GradientClip = {Literal.Of(clip)}";
        if (training.Augmentation is { } augmentation)
            yield return $"Augmentation = {Value(spec, augmentation, Runtime)}";
        if (training.Validation is { } validation)
            yield return $"Validation = {Literal.Of(validation)}";
        if (training.Recipe is { } recipe)
            yield return $"Recipe = {Value(spec, recipe, Runtime + ".Recipes")}";
    }

    private static string Value(EnsembleSpec spec, ValueSpec value, string space) =>
        $"new {space}.{value.Class}({string.Join(", ", value.Arguments.Select(argument => $"{argument.Name}: {Argument(spec, argument.Value)}"))})";

    private static string Argument(EnsembleSpec spec, object value) => value switch
    {
        long number => Literal.Of(number),
        double number => Literal.Of(number),
        bool truth => Literal.Of(truth),
        EquatableArray<long> numbers => Literal.List(numbers.Select(Literal.Of)),
        WordValue word => $"{Runtime}.Recipes.{word.Enumeration}.{word.Name}",
        MemberValue member => $"new global::Empir.Modules.MemberCard({Facts(spec, spec.Members.First(each => each.Name == member.Name))})",
        _ => throw new InvalidOperationException(value.ToString()),
    };

    private static string Facts(EnsembleSpec spec, MemberSpec member)
    {
        var from = member.InitFrom is { } name ? $", InitFrom: {Member(spec, spec.Members.First(each => each.Name == name))}" : "";
        return $"{Literal.Of(member.Name)}, {Literal.Of(member.Seed)}, Facts.{member.ClassName}{from}";
    }
}
