using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Empir.Generator.Tests;

public class CompilationTests
{
    [Theory]
    [InlineData(LanguageVersion.CSharp12)]
    [InlineData(LanguageVersion.Latest)]
    public void GeneratedCodeCompilesWithoutWarnings(LanguageVersion language) =>
        AssertCompiles(GeneratorRun.Of(
            new RunOptions(Lines: true, Language: language),
            ("a.empir.yaml", SpecSources.Small), ("b.empir.yaml", SpecSources.Everything), ("c.empir.yaml", SpecSources.Paper), ("d.empir.yaml", SpecSources.Structure)));

    [Fact]
    public void EveryShippedSpecCompiles() => AssertCompiles(GeneratorRun.Of(SpecSources.Shipped));

    internal static void AssertCompiles(GeneratorRun run)
    {
        Assert.Equal("", string.Join('\n', run.Messages));
        Assert.Equal("", string.Join('\n', run.Output.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)));
    }
}
