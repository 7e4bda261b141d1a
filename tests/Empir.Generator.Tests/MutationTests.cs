using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Empir.Generator.Tests;

/// <summary>Specs with random mistakes: each yields located messages or code that parses, never a crash.</summary>
public class MutationTests
{
    private const int Mutations = 300;

    private static readonly string[] Snippets =
    [
        "[", "]", "{", "}", "&a ", "*a", "!!str ", "\t", "\0", "\u0007", "\uD800", "\uFEFF", "\u2028", "'", "\"", "|", ">-", "? ", "- ", ": ", "# ", "---\n", "...\n", "%YAML 1.2\n",
        "99999999999999999999999", "-1", "1e999", ".nan", ".inf", "null", "~", "true", "0x10", "[2\n- name: x\n", new string('[', 100), new string('{', 100), new string('a', 3000), "<<: *a\n",
    ];

    [Fact]
    public void NoMutationCrashesTheGenerator()
    {
        var random = new Random(20_240_501);
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var original = (i % 4) switch { 0 => SpecSources.Small, 1 => SpecSources.Everything, 2 => SpecSources.Structure, _ => SpecSources.Paper };
            var spec = original;
            for (var edits = random.Next(1, 4); edits > 0; edits--)
                spec = Mutate(spec, random);

            var run = GeneratorRun.Of(new RunOptions(Lines: i % 2 == 0), ("m.empir.yaml", spec));
            foreach (var diagnostic in run.Diagnostics)
            {
                Assert.StartsWith("EMPIR", diagnostic.Id, StringComparison.Ordinal);
                Assert.NotEqual("EMPIR0001", diagnostic.Id);
                Assert.Equal("/app/m.empir.yaml", diagnostic.Location.GetLineSpan().Path);
            }
            foreach (var source in run.Result.GeneratedSources)
                Assert.Empty(CSharpSyntaxTree.ParseText(source.SourceText).GetDiagnostics());
            Assert.True(run.Diagnostics.Length > 0 || run.HintNames.Count() > 1, $"mutation {i} gave neither a message nor code:\n{spec}");
            refused += run.Diagnostics.Length > 0 ? 1 : 0;
        }

        // Were the mutations too mild or too wild, this test would prove nothing.
        Assert.InRange(refused, Mutations / 2, Mutations - 1);
    }

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
