using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Empir.Generator.Tests;

/// <summary>One run of the generator over spec files, as the compiler would make it.</summary>
internal sealed record GeneratorRun(GeneratorDriver Driver, Compilation Compilation, Compilation Output, ImmutableDictionary<string, SpecText> Files)
{
    public const string Folder = "/app/";

    // Everything this test can load: the framework, the runtime and TorchSharp.
    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    public GeneratorRunResult Result => Driver.GetRunResult().Results.Single();

    public ImmutableArray<Diagnostic> Diagnostics => Result.Diagnostics;

    /// <summary>The messages as a build prints them.</summary>
    public IEnumerable<string> Messages => Diagnostics.Select(diagnostic => diagnostic.ToString());

    public IEnumerable<string> HintNames => Result.GeneratedSources.Select(source => source.HintName).Order(StringComparer.Ordinal);

    public string Source(string hintName) => Result.GeneratedSources.Single(source => source.HintName == hintName).SourceText.ToString();

    /// <summary>Runs over one spec, and checks that a second run finds everything cached.</summary>
    public static GeneratorRun Of(string spec) => Of(("test.empir.yaml", spec));

    /// <inheritdoc cref="Of(string)" />
    public static GeneratorRun Of(params (string Name, string? Text)[] specs) => Of(new RunOptions(), specs);

    /// <inheritdoc cref="Of(string)" />
    public static GeneratorRun Of(RunOptions options, params (string Name, string? Text)[] specs)
    {
        var parse = CSharpParseOptions.Default.WithLanguageVersion(options.Language).WithDocumentationMode(DocumentationMode.Diagnose);
        var compilation = CSharpCompilation.Create(
            "Specs",
            [CSharpSyntaxTree.ParseText(options.Code, parse)],
            References,
            new(options.Executable ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Error));
        var files = specs.ToImmutableDictionary(spec => spec.Name, spec => new SpecText(Folder + spec.Name, spec.Text));
        var driver = CSharpGeneratorDriver.Create(
            [new EmpirGenerator().AsSourceGenerator()],
            specs.Select(spec => files[spec.Name]),
            parse,
            options.ToProvider(),
            new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

        var run = Run(driver, compilation, files);
        Incremental.AssertCached(run);
        return run;
    }

    /// <summary>The run after one spec's text has changed.</summary>
    public GeneratorRun Edit(string name, string text)
    {
        var edited = new SpecText(Folder + name, text);
        return Run(Driver.ReplaceAdditionalText(Files[name], edited), Compilation, Files.SetItem(name, edited));
    }

    /// <summary>The run after C# has changed.</summary>
    public GeneratorRun Edit(Func<Compilation, Compilation> edit) => Run(Driver, edit(Compilation), Files);

    private static GeneratorRun Run(GeneratorDriver driver, Compilation compilation, ImmutableDictionary<string, SpecText> files)
    {
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out var output, out _);
        return new(driver, compilation, output, files);
    }
}
