using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Benchmarks;

/// <summary>A project of benchmark specs in memory, and a generator's driver over it as an IDE holds it.</summary>
internal sealed class SpecProject
{
    private readonly AdditionalText[] specs;
    private readonly Func<IIncrementalGenerator> generator;
    private GeneratorDriver driver;
    private Compilation compilation = CSharpCompilation.Create("Project", [CSharpSyntaxTree.ParseText("class Program;")]);
    private int edits;

    public SpecProject(int count, Func<IIncrementalGenerator> generator, int networks = 2)
    {
        this.generator = generator;
        specs = [.. Enumerable.Range(0, count).Select(number => new Spec(number, BenchmarkSpecs.Of(number, networks: networks)))];
        driver = Fresh();
    }

    /// <summary>What the last run wrote.</summary>
    public IReadOnlyList<SourceText> Written => [.. driver.GetRunResult().Results.Single().GeneratedSources.Select(source => source.SourceText)];

    /// <summary>A run that finds nothing of an earlier one.</summary>
    public void Generate() => driver = Fresh().RunGenerators(compilation);

    /// <summary>A run after one more change of the first spec.</summary>
    public void EditSpec()
    {
        var edited = new Spec(0, BenchmarkSpecs.Of(0, channels: 17 + edits++ % 16));
        driver = driver.ReplaceAdditionalText(specs[0], edited).RunGenerators(compilation);
        specs[0] = edited;
    }

    /// <summary>A run after one more change of the project's C#.</summary>
    public void EditCode()
    {
        compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees.Single(), CSharpSyntaxTree.ParseText($"class Program{edits++};"));
        driver = driver.RunGenerators(compilation);
    }

    private GeneratorDriver Fresh() => CSharpGeneratorDriver.Create([generator().AsSourceGenerator()], specs, optionsProvider: new Options());

    private sealed class Spec(int number, string text) : AdditionalText
    {
        private readonly SourceText source = SourceText.From(text, Encoding.UTF8);

        public override string Path => $"/project/bench{number}.empir.yaml";

        public override SourceText GetText(CancellationToken cancellationToken = default) => source;
    }

    private sealed class Options : AnalyzerConfigOptionsProvider
    {
        private readonly Values values = new();

        public override AnalyzerConfigOptions GlobalOptions => values;

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => values;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => values;
    }

    private sealed class Values : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = key switch
            {
                "build_property.RootNamespace" => "Benchmarks",
                "build_property.MSBuildProjectDirectory" => "/project",
                "build_metadata.AdditionalFiles.SourceItemType" => "EmpirSpec",
                _ => null,
            };
            return value is not null;
        }
    }
}
