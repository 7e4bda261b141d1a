using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Empir.Generator.Tests;

/// <summary>Specs with random mistakes: each yields located messages or code that parses, never a crash.</summary>
public class MutationTests
{
    private const int Mutations = 1000;

    private static readonly string[] Snippets =
    [
        "[", "]", "{", "}", "&a ", "*a", "!!str ", "\t", "\0", "\u0007", "\uD800", "\uFEFF", "\u2028", "'", "\"", "|", ">-", "? ", "- ", ": ", "# ", "---\n", "...\n", "%YAML 1.2\n",
        "99999999999999999999999", "-1", "1e999", ".nan", ".inf", "null", "~", "true", "0x10", "[2\n- name: x\n", "# empir: ignore EMPIR9003\n", "# empir: ignore : ,--", new string('[', 100), new string('{', 100), new string('a', 3000), "<<: *a\n",
    ];

    private static readonly string[] Originals = [SpecSources.Small, SpecSources.Everything, SpecSources.Structure, SpecSources.Paper, SpecSources.Calm];

    private static readonly CSharpCompilation Compilation = CSharpCompilation.Create("Mutations");

    [Fact]
    public void NoMutationCrashesTheGeneratorOrTheAnalyzer()
    {
        var (refused, advised, survived) = (0, 0, 0);
        for (var i = 0; i < Mutations; i++)
        {
            // Each has a seed of its own, so that one can be repeated alone.
            var random = new Random(20_240_501 + i);
            var spec = Originals[i % Originals.Length];
            for (var edits = random.Next(1, 3); edits > 0; edits--)
                spec = Mutate(spec, random);

            var result = Generate(spec, new RunOptions(Lines: i % 2 == 0));
            Assert.Null(result.Exception);
            foreach (var diagnostic in result.Diagnostics)
            {
                Assert.StartsWith("EMPIR", diagnostic.Id, StringComparison.Ordinal);
                Assert.NotEqual("EMPIR0001", diagnostic.Id);
                Assert.Equal("/app/m.empir.yaml", diagnostic.Location.GetLineSpan().Path);
            }
            foreach (var source in result.GeneratedSources)
                Assert.Empty(source.SyntaxTree.GetDiagnostics());
            Assert.True(result.Diagnostics.Length > 0 || result.GeneratedSources.Length > 1, $"mutation {i} gave neither a message nor code:\n{spec}");

            // Binding takes a hundred times as long as generating: a part of what survives stands for the rest.
            if (result.Diagnostics.Length == 0 && survived++ % 8 == 0)
                CompilationTests.AssertCompiles(GeneratorRun.Of(("m.empir.yaml", spec)));

            var advice = AdviceRun.Of(("m.empir.yaml", spec));
            Assert.All(advice, one => Assert.StartsWith("EMPIR9", one.Id, StringComparison.Ordinal));
            Assert.True(result.Diagnostics.Length == 0 || advice.Length == 0, $"mutation {i} got advice on a spec with errors:\n{spec}");
            refused += result.Diagnostics.Length > 0 ? 1 : 0;
            advised += advice.Length > 0 ? 1 : 0;
        }

        // Were the mutations too mild or too wild, this test would prove nothing.
        Assert.InRange(refused, Mutations / 2, Mutations - 1);
        Assert.InRange(advised, Mutations / 20, Mutations / 2);
    }

    // One run of the driver, without compiling what it writes: GeneratorRun's checks are for the specs that are right.
    private static GeneratorRunResult Generate(string spec, RunOptions options) => CSharpGeneratorDriver
        .Create([new EmpirGenerator().AsSourceGenerator()], [new SpecText(GeneratorRun.Folder + "m.empir.yaml", spec)], CSharpParseOptions.Default.WithLanguageVersion(options.Language), options.ToProvider())
        .RunGenerators(Compilation).GetRunResult().Results.Single();

    private static string Mutate(string spec, Random random)
    {
        var lines = spec.Split('\n').ToList();
        var (line, other) = (random.Next(lines.Count), random.Next(lines.Count));
        var at = random.Next(spec.Length);
        switch (random.Next(8))
        {
            case 0: return spec[..at];
            case 1: lines.RemoveAt(line); break;
            case 2: (lines[line], lines[other]) = (lines[other], lines[line]); break;
            case 3: lines.Insert(line, lines[other]); break;
            case 4: lines[line] = new string(' ', random.Next(8)) + lines[line].TrimStart(); break;
            case 5: return spec.Remove(at, Math.Min(random.Next(1, 6), spec.Length - at));
            case 6:
                var values = System.Text.RegularExpressions.Regex.Matches(spec, @"(?<=: )[^\s,{}\[\]]+");
                return values.Count == 0 ? spec : Replace(spec, values[random.Next(values.Count)], Snippets[random.Next(Snippets.Length)]);
            default: return spec.Insert(at, Snippets[random.Next(Snippets.Length)]);
        }
        return string.Join('\n', lines);
    }

    private static string Replace(string spec, System.Text.RegularExpressions.Match match, string replacement) =>
        spec.Remove(match.Index, match.Length).Insert(match.Index, replacement);
}
