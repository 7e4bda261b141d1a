namespace Empir.Generator.Tests;

/// <summary>A file that attacks the compiler is one located error, and leaves the other specs alone.</summary>
public class HostileFileTests
{
    [Fact]
    public void DeepFlowNesting() => IsRefused(
        "a: " + new string('[', 20_000), "(1,67): error EMPIR1005: The spec is nested too deeply; a spec has at most 64 levels");

    [Fact]
    public void DeepBlockNesting() => IsRefused(
        string.Concat(Enumerable.Range(0, 500).Select(depth => new string(' ', depth) + "a:\n")),
        "(65,65): error EMPIR1005: The spec is nested too deeply; a spec has at most 64 levels");

    [Fact]
    public void AliasBomb() => IsRefused(
        "a: &a [x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range('b', 20).Select(letter =>
            $"{(char)letter}: &{(char)letter} [{string.Join(", ", Enumerable.Repeat($"*{(char)(letter - 1)}", 9))}]\n")),
        "(1,4): error EMPIR1002: Anchors and aliases are not part of a spec; write the value of '&a' out");

    [Fact]
    public void SelfReferencingAnchor() => IsRefused(
        "a: &x [*x]\n", "(1,4): error EMPIR1002: Anchors and aliases are not part of a spec; write the value of '&x' out");

    [Fact]
    public void ScannerCrash() => IsRefused(
        "bits: [2\n- name: x\n", "(1,7): error EMPIR1001: Broken YAML: the text after this point cannot be read; check brackets, quotes and indentation");

    [Fact]
    public void HugeFile() => IsRefused(
        new string('#', (1 << 20) + 1), "(1,1): error EMPIR1005: The spec is larger than a mebibyte; a spec has at most 1,048,576 characters");

    [Fact]
    public void HugeScalar() => IsRefused(
        "empir: 1\n" + new string('k', 5000) + ": 1\n", "(2,1): error EMPIR1001: Broken YAML: While parsing a block mapping, did not find expected key");

    [Fact]
    public void LoneSurrogate() => IsRefused(
        "description: \"\\ud800\"\n", "(1,14): error EMPIR1001: Broken YAML: While scanning a quoted scalar, found invalid Unicode surrogates");

    [Fact]
    public void UnreadableFile() => IsRefused(null, "(1,1): error EMPIR0002: The spec cannot be read; check that the file exists and is UTF-8 text");

    [Fact]
    public void AMistakePerCharacterEndsAtAHundredMessages()
    {
        var run = GeneratorRun.Of(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"k{i}: 1\n")));
        Assert.Equal(100, run.Diagnostics.Length);
    }

    [Fact]
    public void ControlCharactersInAMessageAreReplaced()
    {
        var run = GeneratorRun.Of(SpecSources.Small.Replace("ensemble: SmallEmpir", "ensemble: \"a\\nb\\u0007\"", StringComparison.Ordinal));
        Assert.Equal("/app/test.empir.yaml(2,11): error EMPIR1012: 'a\uFFFDb\uFFFD' is not a PascalCase name of at most 64 letters, digits and underscores", Assert.Single(run.Messages));
    }

    [Fact]
    public void APatternOfManyStarsTakesNoTime()
    {
        var pattern = string.Concat(Enumerable.Repeat("*o", 30)) + "x";
        var name = new string('o', 60);
        var run = GeneratorRun.Of(SpecSources.Small
            .Replace("name: logits", "name: " + name, StringComparison.Ordinal)
            .Replace("{ logits: full }", $"{{ '{pattern}': full }}", StringComparison.Ordinal));
        Assert.StartsWith("/app/test.empir.yaml(23,15): error EMPIR3002: ", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void ADescriptionCannotLeaveItsCommentOrLiteral()
    {
        var run = GeneratorRun.Of(SpecSources.Small.Replace(
            "description: Two low members beside a full one.",
            "description: \"</summary>\\n\\\"); } // */ \\x01 \\u2028 \U0001F600 class X;\"", StringComparison.Ordinal));
        CompilationTests.AssertCompiles(run);
    }

    private static void IsRefused(string? text, string message)
    {
        var run = GeneratorRun.Of(new RunOptions(), ("hostile", text), ("small.empir.yaml", SpecSources.Small));

        Assert.Equal(GeneratorRun.Folder + "hostile" + message, Assert.Single(run.Messages));
        Assert.Empty(AdviceRun.Of(("hostile", text), ("calm", SpecSources.Calm)));
        Assert.Equal(["Zoo.EmpirSpecs.g.cs", "Zoo.SmallEmpir.Networks.g.cs", "Zoo.SmallEmpir.g.cs"], run.HintNames);
    }
}
