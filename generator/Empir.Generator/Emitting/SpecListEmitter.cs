using Empir.Generator.Checking;
using Empir.Generator.Values;

namespace Empir.Generator.Emitting;

/// <summary>Writes the list of every spec of the assembly.</summary>
internal static class SpecListEmitter
{
    /// <summary>One file, or none in a project without specs.</summary>
    public static EquatableArray<GeneratedFile> Emit(IReadOnlyCollection<SpecOutcome> outcomes, EquatableArray<string> rivals, GeneratorOptions options)
    {
        if (outcomes.Count == 0)
            return [];

        // A spec with errors is left out: the list must work for the others.
        var names = outcomes.Where(outcome => outcome.Spec is not null && !rivals.Contains(outcome.Path))
            .Select(outcome => outcome.Name!).OrderBy(name => name, StringComparer.Ordinal);
        return
        [
            GeneratedFile.Create($"{NameChecker.SpecList}.g.cs", options.Namespace, "", source =>
            {
                source.Line("/// <summary>Every ensemble that this assembly's specs declare, by name.</summary>");
                source.Line(Tool.Attribute);
                source.Line($"internal static class {NameChecker.SpecList}");
                source.Open();
                source.Line("/// <summary>The specs as values.</summary>");
                source.Line("public static global::System.Collections.Generic.IReadOnlyList<global::Empir.Specs.EnsembleSpec> All { get; } =");
                source.Line("[");
                source.Indented(names.Select(name => $"{name}.Spec,"));
                source.Line("];");
                source.Close();
            }),
        ];
    }
}
