using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Empir.Generator.Tests;

/// <summary>One run of the analyzer over spec files, as the compiler would make it; a crash is a diagnostic like any other.</summary>
internal static class AdviceRun
{
    private static readonly CSharpCompilation Compilation = CSharpCompilation.Create("Specs");

    public static ImmutableArray<Diagnostic> Of(params (string Name, string? Text)[] specs) => Of(new RunOptions(), specs);

    public static ImmutableArray<Diagnostic> Of(RunOptions options, params (string Name, string? Text)[] specs)
    {
        var files = specs.Select(spec => (AdditionalText)new SpecText(GeneratorRun.Folder + spec.Name, spec.Text)).ToImmutableArray();
        var diagnostics = Compilation.WithAnalyzers([new Advice.EmpirAdvice()], new AnalyzerOptions(files, options.ToProvider())).GetAllDiagnosticsAsync().GetAwaiter().GetResult();
        return [.. diagnostics.Where(diagnostic => !diagnostic.Id.StartsWith("CS", StringComparison.Ordinal)).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    /// <summary>The messages on one spec as a build prints them, without its path.</summary>
    public static IEnumerable<string> Messages(string spec) =>
        Of(("x", spec)).Select(diagnostic => diagnostic.ToString().Replace(GeneratorRun.Folder + "x", "", StringComparison.Ordinal));
}
