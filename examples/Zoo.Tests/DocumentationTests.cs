using System.Globalization;
using System.Runtime.InteropServices;
using Empir.Attacks;
using Empir.CommandLine;
using Empir.Packed;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Zoo.Tests;

/// <summary>The C# that the pages show compiles as it stands there, but for what a reader brings: pixels, labels, a trained ensemble.</summary>
public class DocumentationTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Trained.Folder, "..", "..", ".."));

    // Names that a page may use without declaring them, and namespaces that it need not name.
    private static readonly string Reader = $$"""
        {{string.Join('\n', Namespaces().Select(name => $"global using {name};"))}}
        global using static Reader;
        global using Tensor = TorchSharp.torch.Tensor;

        internal static class Reader
        {
            public static readonly Zoo.MnistEmpir ensemble = null!;
            public static readonly Tensor images = null!, labels = null!;
            public static readonly byte[] pixels = null!;
            public static readonly int[] classes = null!;
            public static readonly int count = 0;
        }

        // The README's project; what it declares is the zoo's here.
        namespace Digits { }
        """;

    // What the program runs with, and the web server's part of the SDK.
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Concat(WebAssemblies()).DistinctBy(Path.GetFileName)
            .Where(path => path != typeof(DocumentationTests).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Every whole program or part of one, by page and line.</summary>
    public static IEnumerable<object[]> Blocks => All().Where(block => !IsExcerpt(block.Text) && !NeedsMore(block.Text)).Select(block => new object[] { block.Page, block.Line });

    [Theory]
    [MemberData(nameof(Blocks))]
    public void ItCompiles(string page, int line)
    {
        var text = Read(page).Single(block => block.Line == line).Text;
        Assert.Empty(Errors(text).Select(error => $"{page} line {line + 1 + error.Location.GetLineSpan().StartLinePosition.Line}: {error.GetMessage(CultureInfo.InvariantCulture)}"));
    }

    [Fact]
    public void ExcerptsAreFew() =>
        Assert.Equal(["README.md", "README.md", "docs/adding-a-layer.md", "docs/adding-a-layer.md"], All().Where(block => IsExcerpt(block.Text)).Select(block => block.Page));

    [Fact]
    public void AMistakeWouldBeSeen() =>
        Assert.Contains("'PackedEnsemble' does not contain a definition for 'Lode'", Assert.Single(Errors("using var packed = PackedEnsemble.Lode(\"a\");")).GetMessage(CultureInfo.InvariantCulture));

    // In the name of this project, to which the zoo shows its list of specs.
    private static IEnumerable<Diagnostic> Errors(string text) =>
        CSharpCompilation.Create("Zoo.Tests", [CSharpSyntaxTree.ParseText(text), CSharpSyntaxTree.ParseText(Reader)], References, new(OutputKind.ConsoleApplication))
            .GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error);

    // What a generator wrote or a layer needs, cut short; and the README's own project, which Empir.Packaging.Tests build and run.
    private static bool IsExcerpt(string text) => text.Contains("...", StringComparison.Ordinal) || text.Contains("new DigitsEmpir()", StringComparison.Ordinal);

    // The web server is a part of the SDK that may be missing.
    private static bool NeedsMore(string text) => text.Contains("WebApplication", StringComparison.Ordinal) && !WebAssemblies().Any();

    private static IEnumerable<(string Page, int Line, string Text)> All() => Pages().SelectMany(page => Read(page).Select(block => (page, block.Line, block.Text)));

    private static IEnumerable<string> Pages() =>
        new[] { "README.md" }.Concat(new[] { "docs", "runtime", "examples" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Where(path => !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    // Line numbers are those of the fence.
    private static IEnumerable<(int Line, string Text)> Read(string page)
    {
        var lines = File.ReadAllLines(Path.Combine(Root, page));
        for (var first = 0; first < lines.Length; first++)
        {
            if (lines[first] != "```csharp")
                continue;
            var end = Array.IndexOf(lines, "```", first);
            yield return (first + 1, string.Join('\n', lines[(first + 1)..end]));
            first = end;
        }
    }

    private static IEnumerable<string> Namespaces() =>
        new[] { typeof(Pgd), typeof(PackedEnsemble), typeof(EmpirTool), typeof(EmpirSpecs) }.SelectMany(type => type.Assembly.GetExportedTypes())
            .Select(type => type.Namespace!).Concat(["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading", "System.Threading.Tasks"])
            .Concat(WebAssemblies().Any() ? ["Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Http", "Microsoft.Extensions.DependencyInjection"] : [])
            .Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> WebAssemblies()
    {
        var folder = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "Microsoft.AspNetCore.App", Environment.Version.ToString()));
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.dll") : [];
    }
}
